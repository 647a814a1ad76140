using Recs.Neural.Networks;

namespace Recs.Neural.Online;

/// <summary>One published version of the dense weights. Immutable, for any number of threads.</summary>
/// <param name="Scorer">Scores candidates with their confidence.</param>
/// <param name="LastLayer">(λ·1 + Σ φφᵀ)⁻¹ of <see cref="Online.LastLayer"/>; empty where it is not kept.</param>
/// <param name="Heads">From the network's heads to rewards.</param>
/// <param name="Steps">Examples learned from before it was published.</param>
public sealed record ServedNetwork(BatchScorer Scorer, float[] LastLayer, RewardHeads Heads, long Steps);
