using System.Runtime.InteropServices;

namespace Recs.Schema.Messages;

/// <summary>One shown item or its reward as the population learns from it, 16 bytes.</summary>
/// <param name="Affinity">x = ⟨u, v⟩ as it was at the decision.</param>
/// <param name="Reward">Magnitude of r · 65535; used by a reward and a penalty.</param>
/// <param name="Kind">Whether it is an impression, a reward or a penalty.</param>
/// <param name="Model">Version of the model that decided.</param>
/// <param name="DecidedAt">When it decided, seconds since 1970.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 16)]
public readonly record struct PriorSample(float Affinity, ushort Reward, UpdateKind Kind, uint Model, uint DecidedAt)
{
    /// <summary>r · 65535 with its sign.</summary>
    public int SignedReward => Kind == UpdateKind.Penalty ? -Reward : Reward;
}
