using System.Diagnostics;

namespace Recs.Matching.Bandits;

/// <summary>
/// LinUCB whose arms are shrunk not to zero but to one regression pooled over all arms, for dense contexts and up to a few
/// hundred arms.
/// </summary>
/// <remarks>
/// Pooled: A0 = I + Σ x·xᵀ, θ0 = A0⁻¹ Σ r·x. Arm: A = l·I + Σ x·xᵀ, g = Σ (r − ⟨x, θ0⟩)·x, coefficients θ0 + A⁻¹g,
/// score = ⟨x, θ0 + A⁻¹g⟩ + α·√(xᵀA⁻¹x). Written with the plain moments b = Σ r·x the coefficients are A⁻¹(b + l·θ0): nothing
/// has to be re-expressed when θ0 moves, and every statistic stays a sum. The design document of the algorithms, section 1.8.
/// <para>
/// The edge layer goes beyond that section: what a straight line over the context cannot say is learned per edge, as in
/// <see cref="HierarchicalUcb"/> with the regression's prediction in the place of the prior. E = Σ w·(r − prediction when
/// served), mean += Σ w·E/(d + L1), and the interval covers both: α·√(m(1 − m)·(xᵀA⁻¹x + Σ w²/(d + L1))).
/// </para>
/// </remarks>
public static class HierarchicalLinUcb
{
    /// <summary>Default α, in reward units.</summary>
    public const double DefaultAlpha = 0.6;

    /// <summary>Default l, the strength of the pull to the pooled regression.</summary>
    public const double DefaultRidge = 1;

    /// <summary>Default L1 of the edge layer.</summary>
    public const double DefaultEdgeShrinkage = 0.25;

    /// <summary>Adds the edge layer to a regression's belief. O(k).</summary>
    /// <param name="linear">Prediction ⟨x, θ⟩ and xᵀA⁻¹x of the arm.</param>
    /// <param name="weights">w of the matched clusters, shape [k].</param>
    /// <param name="precisions">d + L1, shape [k], same order, each &gt; 0.</param>
    /// <param name="residuals">E = Σ w·(r − prediction), shape [k], same order.</param>
    /// <returns>Mean in reward units and variance for rewards in [0, 1].</returns>
    public static Belief WithEdges(
        Belief linear,
        ReadOnlySpan<double> weights,
        ReadOnlySpan<double> precisions,
        ReadOnlySpan<double> residuals)
    {
        var mean = linear.Mean + DiagLinUcb.Mean(weights, precisions, residuals);
        var spread = linear.Variance + DiagLinUcb.Variance(weights, precisions);
        var clipped = Math.Clamp(mean, 0.02, 0.98);
        return new(mean, clipped * (1 - clipped) * spread);
    }

    /// <summary>The arm's coefficients A⁻¹(b + l·θ0). O(D²).</summary>
    /// <param name="inverse">A⁻¹ of the arm, shape [D x D], symmetric.</param>
    /// <param name="moments">b = Σ r·x of the arm, shape [D].</param>
    /// <param name="pooled">θ0, shape [D].</param>
    /// <param name="ridge">l &gt; 0: the arm's A starts as l·I.</param>
    /// <param name="coefficients">Shape [D], overwritten; must not overlap the inputs.</param>
    public static void Coefficients(
        ReadOnlySpan<double> inverse,
        ReadOnlySpan<double> moments,
        ReadOnlySpan<double> pooled,
        double ridge,
        Span<double> coefficients)
    {
        var dimensions = moments.Length;
        Debug.Assert(pooled.Length == dimensions, "one pooled coefficient per dimension");
        Debug.Assert(coefficients.Length == dimensions, "one coefficient per dimension");
        for (var i = 0; i < dimensions; i++)
        {
            var row = inverse.Slice(i * dimensions, dimensions);
            var sum = 0.0;
            for (var j = 0; j < dimensions; j++)
            {
                sum += row[j] * (moments[j] + (ridge * pooled[j]));
            }

            coefficients[i] = sum;
        }
    }
}
