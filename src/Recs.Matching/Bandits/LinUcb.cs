using System.Diagnostics;

namespace Recs.Matching.Bandits;

/// <summary>Ridge regression of one arm over a dense context, kept as the inverse of its design matrix.</summary>
/// <remarks>
/// Li et al., WWW 2010 (arXiv:1003.0146): A = λI + Σ x·xᵀ, g = Σ r·x, θ = A⁻¹g, score = ⟨x, θ⟩ + α·√(xᵀA⁻¹x).
/// Matrices are row-major, shape [D x D]. Nothing allocates except the caller.
/// </remarks>
public static class LinUcb
{
    /// <summary>Makes <paramref name="inverse"/> the inverse of λI.</summary>
    /// <param name="inverse">A⁻¹, shape [D x D], overwritten.</param>
    /// <param name="dimensions">D ≥ 1.</param>
    /// <param name="ridge">λ &gt; 0.</param>
    public static void Reset(Span<double> inverse, int dimensions, double ridge)
    {
        Debug.Assert(inverse.Length == dimensions * dimensions, "a square matrix");
        inverse.Clear();
        for (var i = 0; i < dimensions; i++)
        {
            inverse[(i * dimensions) + i] = 1 / ridge;
        }
    }

    /// <summary>xᵀA⁻¹x, the squared width of the confidence interval before α. O(D²).</summary>
    /// <param name="inverse">A⁻¹, shape [D x D], symmetric.</param>
    /// <param name="context">x, shape [D].</param>
    public static double Variance(ReadOnlySpan<double> inverse, ReadOnlySpan<double> context)
    {
        var dimensions = context.Length;
        Debug.Assert(inverse.Length == dimensions * dimensions, "a square matrix of the context's size");
        var variance = 0.0;
        for (var i = 0; i < dimensions; i++)
        {
            variance += context[i] * Dot(inverse.Slice(i * dimensions, dimensions), context);
        }

        return Math.Max(0, variance);
    }

    /// <summary>θ = A⁻¹g. O(D²).</summary>
    /// <param name="inverse">A⁻¹, shape [D x D].</param>
    /// <param name="moments">g, shape [D].</param>
    /// <param name="coefficients">θ, shape [D], overwritten.</param>
    public static void Solve(ReadOnlySpan<double> inverse, ReadOnlySpan<double> moments, Span<double> coefficients)
    {
        var dimensions = moments.Length;
        Debug.Assert(inverse.Length == dimensions * dimensions, "a square matrix of the moments' size");
        for (var i = 0; i < dimensions; i++)
        {
            coefficients[i] = Dot(inverse.Slice(i * dimensions, dimensions), moments);
        }
    }

    /// <summary>Adds one context to the design: A += x·xᵀ, by the Sherman–Morrison formula. O(D²).</summary>
    /// <param name="inverse">A⁻¹, shape [D x D], symmetric, updated in place.</param>
    /// <param name="context">x, shape [D].</param>
    /// <param name="scratch">Working space, shape [D], overwritten.</param>
    public static void Add(Span<double> inverse, ReadOnlySpan<double> context, Span<double> scratch)
    {
        var dimensions = context.Length;
        Solve(inverse, context, scratch);
        var scale = 1 / (1 + Dot(context, scratch));
        for (var i = 0; i < dimensions; i++)
        {
            var row = inverse.Slice(i * dimensions, dimensions);
            var factor = scratch[i] * scale;
            for (var j = 0; j < dimensions; j++)
            {
                row[j] -= factor * scratch[j];
            }
        }
    }

    /// <summary>⟨x, y⟩ of two vectors of the same length.</summary>
    public static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        Debug.Assert(left.Length == right.Length, "vectors of one length");
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }
}
