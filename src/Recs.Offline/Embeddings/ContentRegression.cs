using System.Numerics.Tensors;

namespace Recs.Offline.Embeddings;

/// <summary>
/// Ridge regression from content features to item vectors: how items without feedback get into the space that feedback
/// made (Gantner et al., ICDM 2010).
/// </summary>
public static class ContentRegression
{
    /// <summary>Items that are used at most; of more, an even sample.</summary>
    const int ItemsMax = 20_000;

    /// <summary>Pairs at which an item counts half: the vector of an item with few is noise.</summary>
    const float HalfWeightPairs = 10;

    /// <summary>Learns the map.</summary>
    /// <param name="content">Features X.</param>
    /// <param name="vectors">V, shape [n x D].</param>
    /// <param name="dims">D.</param>
    /// <param name="pairs">Rewarded pairs of each item, shape [n]; items with 0 are left out.</param>
    /// <param name="ridge">λ > 0, in items.</param>
    /// <returns>(XᵀHX + λI)⁻¹XᵀHV with H the items' weights, shape [(F + E) x D], row-major.</returns>
    /// <remarks>O(items·features² + (F + E)³) with features those of an item that are not 0.</remarks>
    public static float[] Fit(ItemContent content, float[] vectors, int dims, int[] pairs, double ridge)
    {
        var width = content.Features;
        var left = new double[width * width];
        var right = new double[width * dims];
        for (var i = 0; i < width; i++)
        {
            left[(i * width) + i] = ridge;
        }

        Accumulate(content, vectors, dims, pairs, left, right);
        Factorise(left, width);
        Substitute(left, right, width, dims);
        var map = new float[right.Length];
        TensorPrimitives.ConvertTruncating<double, float>(right, map);
        return map;
    }

    static void Accumulate(
        ItemContent content, float[] vectors, int dims, int[] pairs, double[] left, double[] right)
    {
        var width = content.Features;
        var usable = Enumerable.Range(0, pairs.Length).Where(item => pairs[item] > 0).ToArray();
        var step = Math.Max(1.0, (double)usable.Length / ItemsMax);
        var features = new float[width];
        var wide = new double[width];
        var vector = new double[dims];
        for (var at = 0.0; at < usable.Length; at += step)
        {
            var item = usable[(int)at];
            if (!content.Encode(item, features))
            {
                continue;
            }

            TensorPrimitives.ConvertTruncating<float, double>(features, wide);
            TensorPrimitives.ConvertTruncating<float, double>(vectors.AsSpan(item * dims, dims), vector);
            var weight = pairs[item] / (pairs[item] + HalfWeightPairs);
            for (var i = 0; i < width; i++)
            {
                if (wide[i] != 0)
                {
                    // Only the lower triangle is kept: that is what the factorisation reads.
                    var row = left.AsSpan(i * width, i + 1);
                    TensorPrimitives.MultiplyAdd(wide.AsSpan(0, i + 1), weight * wide[i], row, row);
                    var target = right.AsSpan(i * dims, dims);
                    TensorPrimitives.MultiplyAdd(vector, weight * wide[i], target, target);
                }
            }
        }
    }

    /// <summary>Cholesky, in place: the lower triangle becomes L with A = LLᵀ. A is positive definite by its ridge.</summary>
    static void Factorise(double[] matrix, int width)
    {
        for (var i = 0; i < width; i++)
        {
            var row = matrix.AsSpan(i * width, width);
            for (var j = 0; j <= i; j++)
            {
                var other = matrix.AsSpan(j * width, width);
                var rest = row[j] - TensorPrimitives.Dot<double>(row[..j], other[..j]);
                row[j] = i == j ? Math.Sqrt(rest) : rest / other[j];
            }
        }
    }

    /// <summary>Solves LLᵀX = B in place, all columns of B at once.</summary>
    static void Substitute(double[] factor, double[] right, int width, int dims)
    {
        for (var i = 0; i < width; i++)
        {
            var row = right.AsSpan(i * dims, dims);
            for (var j = 0; j < i; j++)
            {
                Subtract(right.AsSpan(j * dims, dims), factor[(i * width) + j], row);
            }

            TensorPrimitives.Divide(row, factor[(i * width) + i], row);
        }

        for (var i = width - 1; i >= 0; i--)
        {
            var row = right.AsSpan(i * dims, dims);
            for (var j = i + 1; j < width; j++)
            {
                Subtract(right.AsSpan(j * dims, dims), factor[(j * width) + i], row);
            }

            TensorPrimitives.Divide(row, factor[(i * width) + i], row);
        }
    }

    static void Subtract(ReadOnlySpan<double> other, double factor, Span<double> row)
    {
        if (factor != 0)
        {
            TensorPrimitives.MultiplyAdd(other, -factor, row, row);
        }
    }
}
