using System.Diagnostics;

namespace Recs.Matching.Bandits;

/// <summary>
/// The hierarchical belief: a calibrated prior, plus what the item earned above it everywhere, plus what each matched
/// edge earned above both. An item that proved itself in one cluster starts ahead in the others.
/// </summary>
/// <remarks>
/// With residuals r − π: η = R/(n + L2), δ_c = (E_c − W_c·η)/(d_c + L1), mean = π + η + Σ w·δ,
/// variance = m(1 − m)·(1/(n + L2) + Σ w²/(d + L1)) with m clipped to [0.02, 0.98]. Every statistic is a sum over events.
/// The design document of the algorithms, section 1.7. Pure, O(k), no allocation.
/// </remarks>
public static class HierarchicalUcb
{
    /// <summary>Default L2: pseudo-impressions by which an item's effect is pulled to zero.</summary>
    public const double DefaultItemShrinkage = 4;

    /// <summary>Default L1: pseudo-precision by which an edge's effect is pulled to zero.</summary>
    public const double DefaultEdgeShrinkage = 16;

    /// <summary>Default α of the upper confidence bound, in standard deviations.</summary>
    public const double DefaultAlpha = 0.2;

    /// <summary>Default width of the Thompson draw, in standard deviations.</summary>
    public const double DefaultWidth = 0.3;

    const double VarianceMeanMin = 0.02;
    const double VarianceMeanMax = 0.98;

    /// <summary>The item's effect η = R/(n + L2): what it earns above its prior in every cluster.</summary>
    /// <param name="impressions">n ≥ 0, impressions of the item.</param>
    /// <param name="residual">R = Σ (r − π) over those impressions, reward units.</param>
    /// <param name="itemShrinkage">L2 &gt; 0, in impressions.</param>
    public static double ItemEffect(double impressions, double residual, double itemShrinkage) =>
        residual / (impressions + itemShrinkage);

    /// <summary>The matched edges' effect Σ w·(E − W·η)/(d + L1).</summary>
    /// <param name="weights">w of the matched clusters, shape [k], unitless.</param>
    /// <param name="precisions">d = Σ w², shape [k], same order, without prior.</param>
    /// <param name="weightSums">W = Σ w, shape [k], same order.</param>
    /// <param name="residuals">E = Σ w·(r − π), shape [k], same order.</param>
    /// <param name="itemEffect">η, reward units.</param>
    /// <param name="edgeShrinkage">L1 &gt; 0, in units of w².</param>
    public static double EdgeEffect(
        ReadOnlySpan<double> weights,
        ReadOnlySpan<double> precisions,
        ReadOnlySpan<double> weightSums,
        ReadOnlySpan<double> residuals,
        double itemEffect,
        double edgeShrinkage)
    {
        Debug.Assert(weights.Length == precisions.Length, "one precision per weight");
        Debug.Assert(weights.Length == weightSums.Length, "one weight sum per weight");
        Debug.Assert(weights.Length == residuals.Length, "one residual per weight");
        var effect = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            effect += weights[i] * (residuals[i] - (weightSums[i] * itemEffect)) / (precisions[i] + edgeShrinkage);
        }

        return effect;
    }

    /// <summary>The variance m(1 − m)·(1/(n + L2) + Σ w²/(d + L1)), with m clipped so that certainty keeps some width.</summary>
    /// <param name="mean">The mean of the belief, reward units.</param>
    /// <param name="impressions">n ≥ 0, impressions of the item.</param>
    /// <param name="weights">w of the matched clusters, shape [k].</param>
    /// <param name="precisions">d = Σ w², shape [k], same order, without prior.</param>
    /// <param name="edgeShrinkage">L1 &gt; 0.</param>
    /// <param name="itemShrinkage">L2 &gt; 0.</param>
    public static double Variance(
        double mean,
        double impressions,
        ReadOnlySpan<double> weights,
        ReadOnlySpan<double> precisions,
        double edgeShrinkage,
        double itemShrinkage)
    {
        Debug.Assert(weights.Length == precisions.Length, "one precision per weight");
        var spread = 1 / (impressions + itemShrinkage);
        for (var i = 0; i < weights.Length; i++)
        {
            spread += weights[i] * weights[i] / (precisions[i] + edgeShrinkage);
        }

        var clipped = Math.Clamp(mean, VarianceMeanMin, VarianceMeanMax);
        return clipped * (1 - clipped) * spread;
    }
}
