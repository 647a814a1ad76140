using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using Recs.Matching.Bandits;

namespace Recs.Matching.Linear;

/// <summary>
/// The ridge regression of one arm over cluster weights: exact integer sums, and the inverse that follows from them.
/// </summary>
/// <remarks>
/// One writer; readers may read the doubles meanwhile and see an update half done, which moves a score by less than the
/// update itself. A context has k non-zeros of C, so an impression costs O(C²) and a belief O(k·C).
/// </remarks>
sealed class LinearArm
{
    readonly double _ridge;
    readonly long[] _design;
    readonly long[] _moments;
    readonly double[] _inverse;
    readonly double[] _rewards;
    readonly double[] _scratch;

    public LinearArm(int dimensions, double ridge)
    {
        (Dimensions, _ridge) = (dimensions, ridge);
        _design = new long[Packed(dimensions)];
        _moments = new long[dimensions];
        _inverse = new double[dimensions * dimensions];
        _rewards = new double[dimensions];
        _scratch = new double[dimensions];
        LinUcb.Reset(_inverse, dimensions, ridge);
    }

    /// <summary>C.</summary>
    public int Dimensions { get; }

    /// <summary>Σ wᵢwⱼ in units of 65535⁻², lower triangle by rows, shape [C(C+1)/2].</summary>
    public Span<long> Design => _design;

    /// <summary>Σ w·r in units of 65535⁻², shape [C].</summary>
    public Span<long> Moments => _moments;

    /// <summary>Σ w·r, shape [C].</summary>
    public ReadOnlySpan<double> Rewards => _rewards;

    /// <summary>A⁻¹, shape [C x C].</summary>
    public ReadOnlySpan<double> Inverse => _inverse;

    /// <summary>Numbers of a lower triangle.</summary>
    public static int Packed(int dimensions) => dimensions * (dimensions + 1) / 2;

    /// <summary>A += x·xᵀ.</summary>
    public void AddImpression(ReadOnlySpan<int> clusters, ReadOnlySpan<ushort> weights)
    {
        for (var k = 0; k < clusters.Length; k++)
        {
            for (var l = 0; l < clusters.Length; l++)
            {
                if (clusters[l] <= clusters[k])
                {
                    _design[Packed(clusters[k]) + clusters[l]] += (long)weights[k] * weights[l];
                }
            }
        }

        Invert(clusters, weights);
    }

    /// <summary>b += r·x.</summary>
    public void AddReward(ReadOnlySpan<int> clusters, ReadOnlySpan<ushort> weights, int reward)
    {
        for (var k = 0; k < clusters.Length; k++)
        {
            _moments[clusters[k]] += (long)weights[k] * reward;
            _rewards[clusters[k]] = _moments[clusters[k]] / LinearArms.One2;
        }
    }

    /// <summary>Computes the inverse and the rewards anew from the sums. O(C³).</summary>
    public void Restore()
    {
        var matrix = Matrix<double>.Build.Dense(
            Dimensions, Dimensions, (i, j) => (_design[i >= j ? Packed(i) + j : Packed(j) + i] / LinearArms.One2) + (i == j ? _ridge : 0));
        var inverse = matrix.Cholesky().Solve(Matrix<double>.Build.DenseIdentity(Dimensions));
        for (var i = 0; i < Dimensions; i++)
        {
            _rewards[i] = _moments[i] / LinearArms.One2;
            for (var j = 0; j < Dimensions; j++)
            {
                _inverse[(i * Dimensions) + j] = inverse[i, j];
            }
        }
    }

    /// <summary>A⁻¹x for a sparse x.</summary>
    /// <param name="clusters">Where x is not 0, shape [k].</param>
    /// <param name="weights">x there, shape [k].</param>
    /// <param name="product">Receives A⁻¹x, shape [C].</param>
    public void Solve(ReadOnlySpan<int> clusters, ReadOnlySpan<float> weights, Span<double> product)
    {
        product.Clear();
        for (var k = 0; k < clusters.Length; k++)
        {
            TensorPrimitives.MultiplyAdd(
                _inverse.AsSpan(clusters[k] * Dimensions, Dimensions), (double)weights[k], product, product);
        }
    }

    /// <summary>Sherman and Morrison's formula.</summary>
    void Invert(ReadOnlySpan<int> clusters, ReadOnlySpan<ushort> weights)
    {
        Span<float> context = stackalloc float[clusters.Length];
        for (var k = 0; k < clusters.Length; k++)
        {
            context[k] = weights[k] / (float)LinearArms.One;
        }

        Solve(clusters, context, _scratch);
        var scale = 1.0;
        for (var k = 0; k < clusters.Length; k++)
        {
            scale += context[k] * _scratch[clusters[k]];
        }

        for (var i = 0; i < Dimensions; i++)
        {
            var row = _inverse.AsSpan(i * Dimensions, Dimensions);
            TensorPrimitives.MultiplyAdd(_scratch, -_scratch[i] / scale, row, row);
        }
    }
}
