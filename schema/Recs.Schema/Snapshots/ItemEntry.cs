using System.Runtime.InteropServices;

namespace Recs.Schema.Snapshots;

/// <summary>Exact statistics of one item as a snapshot page holds them, 28 bytes.</summary>
/// <param name="Row">Catalogue row of the item.</param>
/// <param name="Impressions">n, how often it was shown.</param>
/// <param name="Reward">R = Σ r, in units of 65535⁻¹.</param>
/// <param name="Prior">P = Σ π, in units of 65535⁻¹.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 28)]
public readonly record struct ItemEntry(int Row, long Impressions, long Reward, long Prior);
