using System.Runtime.InteropServices;

namespace Recs.Schema.Messages;

/// <summary>One step of the calibrated prior's online regression, 8 bytes.</summary>
/// <param name="Affinity">x = ⟨u, v⟩ as it was at the decision.</param>
/// <param name="Reward">r · 65535; used by a reward.</param>
/// <param name="Kind">Whether it is an impression or a reward.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 8)]
public readonly record struct PriorSample(float Affinity, ushort Reward, UpdateKind Kind);
