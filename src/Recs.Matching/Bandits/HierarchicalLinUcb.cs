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
/// </remarks>
public static class HierarchicalLinUcb
{
    /// <summary>Default α, in reward units.</summary>
    public const double DefaultAlpha = 0.6;

    /// <summary>Default l, the strength of the pull to the pooled regression.</summary>
    public const double DefaultRidge = 1;

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
