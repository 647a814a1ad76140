using System.Runtime.InteropServices;

namespace Recs.Schema.Snapshots;

/// <summary>Exact statistics of one edge as a snapshot page holds them, 36 bytes; a page is one cluster's entries.</summary>
/// <param name="Row">Catalogue row of the item.</param>
/// <param name="Precision">d = Σ w², in units of 65535⁻².</param>
/// <param name="Reward">b = Σ w·r, in units of 65535⁻².</param>
/// <param name="Weight">W = Σ w, in units of 65535⁻¹.</param>
/// <param name="Prior">P = Σ w·π, in units of 65535⁻².</param>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 36)]
public readonly record struct EdgeEntry(int Row, long Precision, long Reward, long Weight, long Prior) : IPageEntry<EdgeEntry>;
