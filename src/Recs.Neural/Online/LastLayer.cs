using System.Numerics.Tensors;

using Recs.Neural.Networks;

namespace Recs.Neural.Online;

/// <summary>
/// Σ φφᵀ over what the last hidden layer gave for each impression, a 1 behind it: the full confidence of neural-linear
/// (Riquelme, Tucker and Snoek, ICLR 2018), a Bayesian regression on learned features.
/// </summary>
/// <remarks>Kept for up to <see cref="UnitsMax"/> units; wider layers have none. Not thread-safe.</remarks>
public sealed class LastLayer
{
    /// <summary>Most units of a layer whose sums are kept.</summary>
    public const int UnitsMax = 128;

    readonly int _units;
    readonly float[] _features;

    /// <summary>Nothing seen.</summary>
    public LastLayer(NetworkShape shape)
    {
        _units = shape.In(shape.Layers - 1);
        Length = _units <= UnitsMax ? _units + 1 : 0;
        (Sums, _features) = (new float[Length * Length], new float[Length]);
    }

    /// <summary>n: units and the 1; 0 where nothing is kept.</summary>
    public int Length { get; }

    /// <summary>Shape [n x n].</summary>
    public float[] Sums { get; }

    /// <summary>Adds the example that went forward last. O(n · active units), no allocation.</summary>
    public void Add(NetworkPass pass, NetworkShape shape)
    {
        if (Length == 0)
        {
            return;
        }

        pass.Output(shape.Layers - 1, _units).CopyTo(_features);
        _features[^1] = 1;
        for (var row = 0; row < Length; row++)
        {
            if (_features[row] != 0)
            {
                var sums = Sums.AsSpan(row * Length, Length);
                TensorPrimitives.MultiplyAdd(_features, _features[row], sums, sums);
            }
        }
    }

    /// <summary>(λ·1 + Σ φφᵀ)⁻¹ by Gauss and Jordan in double precision; the matrix is positive definite. O(n³).</summary>
    /// <param name="sums">Shape [n x n].</param>
    /// <param name="lambda">λ &gt; 0.</param>
    public static float[] Invert(ReadOnlySpan<float> sums, double lambda)
    {
        var n = (int)Math.Sqrt(sums.Length);
        var left = new double[n * n];
        var inverse = new double[n * n];
        for (var at = 0; at < left.Length; at++)
        {
            var isDiagonal = at % (n + 1) == 0;
            (left[at], inverse[at]) = (sums[at] + (isDiagonal ? lambda : 0), isDiagonal ? 1 : 0);
        }

        for (var pivot = 0; pivot < n; pivot++)
        {
            var scale = 1 / left[(pivot * n) + pivot];
            Scale(left.AsSpan(pivot * n, n), scale);
            Scale(inverse.AsSpan(pivot * n, n), scale);
            for (var row = 0; row < n; row++)
            {
                var factor = -left[(row * n) + pivot];
                if (row != pivot && factor != 0)
                {
                    AddScaled(left.AsSpan(pivot * n, n), factor, left.AsSpan(row * n, n));
                    AddScaled(inverse.AsSpan(pivot * n, n), factor, inverse.AsSpan(row * n, n));
                }
            }
        }

        return [.. inverse.Select(value => (float)value)];
    }

    /// <summary>φᵀ·M·φ with a 1 behind φ, at least 0. O(n · active units), no allocation.</summary>
    /// <param name="inverse">M, shape [n x n].</param>
    /// <param name="features">φ without the 1, shape [n − 1].</param>
    public static float Variance(ReadOnlySpan<float> inverse, ReadOnlySpan<float> features)
    {
        var n = features.Length + 1;
        var sum = 0f;
        for (var row = 0; row < n; row++)
        {
            var value = row < features.Length ? features[row] : 1;
            if (value != 0)
            {
                var line = inverse.Slice(row * n, n);
                sum += value * (TensorPrimitives.Dot(line[..^1], features) + line[^1]);
            }
        }

        return Math.Max(sum, 0);
    }

    static void Scale(Span<double> row, double factor) => TensorPrimitives.Multiply(row, factor, row);

    static void AddScaled(ReadOnlySpan<double> row, double factor, Span<double> to) => TensorPrimitives.MultiplyAdd(row, factor, to, to);
}
