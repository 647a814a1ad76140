using System.Runtime.InteropServices;

namespace Recs.Schema.Messages;

/// <summary>The exact statistics of an edge on their way to a replica, 40 bytes; blocks of them travel as raw bytes.</summary>
/// <param name="Cluster">Global cluster id.</param>
/// <param name="Row">Catalogue row of the item.</param>
/// <param name="Precision">d = Σ w², in units of 65535⁻².</param>
/// <param name="Reward">b = Σ w·r, in units of 65535⁻².</param>
/// <param name="Weight">W = Σ w, in units of 65535⁻¹.</param>
/// <param name="Prior">P = Σ w·π, in units of 65535⁻².</param>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 40)]
public readonly record struct EdgeState(int Cluster, int Row, long Precision, long Reward, long Weight, long Prior);
