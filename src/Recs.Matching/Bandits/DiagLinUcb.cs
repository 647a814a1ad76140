using System.Diagnostics;

namespace Recs.Matching.Bandits;

/// <summary>
/// Diagonal LinUCB over user clusters: each edge (cluster, item) holds a precision d and a reward sum b, and an item's
/// belief is the weighted sum over the clusters of the context that list it.
/// </summary>
/// <remarks>
/// Yi et al., RecSys 2023 (arXiv:2307.15893). A feedback of reward r in a context of weights w adds w² to d and w·r to b
/// of every matched edge; both are sums, so their order does not matter. The literal mean counts a reward once per matched
/// edge, so an item matched by several clusters is favoured: dividing by the number of matched edges removes that.
/// All methods are pure, O(k), and do not allocate.
/// </remarks>
public static class DiagLinUcb
{
    /// <summary>Expected reward: Σ w·b/d.</summary>
    /// <param name="weights">w, shape [k], unitless: how much the context belongs to each matched cluster.</param>
    /// <param name="precisions">d including its prior, shape [k], same order, each &gt; 0.</param>
    /// <param name="rewards">b, shape [k], same order, reward units times weight.</param>
    /// <returns>The mean in reward units; 0 when nothing matches.</returns>
    public static double Mean(
        ReadOnlySpan<double> weights,
        ReadOnlySpan<double> precisions,
        ReadOnlySpan<double> rewards)
    {
        Debug.Assert(weights.Length == precisions.Length, "one precision per weight");
        Debug.Assert(weights.Length == rewards.Length, "one reward sum per weight");
        var mean = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            mean += weights[i] * rewards[i] / precisions[i];
        }

        return mean;
    }

    /// <summary>Squared width of the confidence interval before α: Σ w²/d.</summary>
    /// <param name="weights">w, shape [k], unitless.</param>
    /// <param name="precisions">d including its prior, shape [k], same order, each &gt; 0.</param>
    /// <returns>A variance, ≥ 0, unitless.</returns>
    public static double Variance(ReadOnlySpan<double> weights, ReadOnlySpan<double> precisions)
    {
        Debug.Assert(weights.Length == precisions.Length, "one precision per weight");
        var variance = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            variance += weights[i] * weights[i] / precisions[i];
        }

        return variance;
    }

    /// <summary>Upper confidence bound: Σ w·b/d + α·√(Σ w²/d).</summary>
    /// <param name="weights">w, shape [k], unitless.</param>
    /// <param name="precisions">d including its prior, shape [k], same order, each &gt; 0.</param>
    /// <param name="rewards">b, shape [k], same order.</param>
    /// <param name="alpha">α ≥ 0, in reward units. 0 exploits only.</param>
    /// <returns>The score in reward units, finite for finite input.</returns>
    public static double Score(
        ReadOnlySpan<double> weights,
        ReadOnlySpan<double> precisions,
        ReadOnlySpan<double> rewards,
        double alpha) =>
        Mean(weights, precisions, rewards) + (alpha * Math.Sqrt(Variance(weights, precisions)));
}
