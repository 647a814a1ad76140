using System.Runtime.InteropServices;

namespace Recs.Schema.Messages;

/// <summary>One exact addition to an edge's statistics, 16 bytes; blocks of them travel as raw bytes.</summary>
/// <param name="Cluster">Global cluster id.</param>
/// <param name="Row">Catalogue row of the item.</param>
/// <param name="Weight">w · 65535.</param>
/// <param name="Prior">π · 65535; used by an impression.</param>
/// <param name="Reward">Magnitude of r · 65535; used by a reward and a penalty.</param>
/// <param name="Kind">Whether it is an impression, a reward or a penalty.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 16)]
public readonly record struct EdgeUpdate(
    int Cluster,
    int Row,
    ushort Weight,
    ushort Prior,
    ushort Reward,
    UpdateKind Kind);
