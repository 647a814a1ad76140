using Recs.Matching.Numerics;

namespace Recs.Neural.Combinatorial;

/// <summary>
/// The full Z⁻¹, p × p numbers, updated once a round for all played arms together: Z⁻¹ −= V Vᵀ with
/// V = Z⁻¹ Gᵀ C⁻ᵀ and C Cᵀ = I + G Z⁻¹ Gᵀ.
/// </summary>
/// <remarks>
/// Woodbury's identity. The update waits for the next round's products, so that a round is one pass over the 4p² bytes; rows
/// are spread over threads, and no number depends on how. Cost O(N·p²) a round whatever the number of rounds; for the first
/// rounds <see cref="GramCovariance"/> is cheaper.
/// </remarks>
public sealed class WoodburyCovariance : IGradientCovariance
{
    const int BlockRows = 64;
    const int InnerBlock = 256;

    readonly NativePages _inverse;
    readonly Matrix _panel;
    readonly Matrix _products;
    readonly Matrix _update;
    readonly Matrix _updateByRow;
    readonly ParallelOptions _parallel;
    readonly float[] _gradient;
    readonly int _length;
    readonly int _stride;
    int _pending;

    /// <summary>Z = λI.</summary>
    /// <param name="length">Parameters p.</param>
    /// <param name="arms">Arms N of a round.</param>
    /// <param name="slateSize">Most arms played in a round.</param>
    /// <param name="ridge">λ, above 0.</param>
    /// <param name="parallelism">Threads; the result does not depend on it.</param>
    public unsafe WoodburyCovariance(int length, int arms, int slateSize, float ridge, int parallelism)
    {
        _length = length;
        _stride = Matrix.Padded(length);
        _inverse = new((nuint)length * (nuint)_stride * sizeof(float));
        _panel = new(length, arms);
        _products = new(length, arms);
        _update = new(slateSize, length);
        _updateByRow = new(length, slateSize);
        _gradient = new float[length];
        _parallel = new ParallelOptions { MaxDegreeOfParallelism = parallelism };
        for (var i = 0; i < length; i++)
        {
            ((float*)_inverse.Start)[((long)i * _stride) + i] = 1 / ridge;
        }
    }

    /// <inheritdoc/>
    public void Measure(ArmGradients gradients, Span<float> widths)
    {
        for (var arm = 0; arm < gradients.Arms; arm++)
        {
            gradients.Write(arm, _gradient);
            for (var i = 0; i < _length; i++)
            {
                _panel[i, arm] = _gradient[i];
            }
        }

        Parallel.For(0, (_length + BlockRows - 1) / BlockRows, _parallel, Pass);
        _pending = 0;
        for (var arm = 0; arm < widths.Length; arm++)
        {
            widths[arm] = (float)Math.Max(0, Inner(arm, arm));
        }
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<int> played)
    {
        Span<double> factor = stackalloc double[played.Length * played.Length];
        Factorise(played, factor);
        for (var i = 0; i < _length; i++)
        {
            for (var j = 0; j < played.Length; j++)
            {
                double value = _products[i, played[j]];
                for (var k = 0; k < j; k++)
                {
                    value -= factor[(j * played.Length) + k] * _updateByRow[i, k];
                }

                var solved = (float)(value / factor[(j * played.Length) + j]);
                _updateByRow[i, j] = solved;
                _update[j, i] = solved;
            }
        }

        _pending = played.Length;
    }

    /// <inheritdoc/>
    public void Dispose() => _inverse.Dispose();

    // Lower Cholesky factor of I + G Z⁻¹ Gᵀ.
    void Factorise(ReadOnlySpan<int> played, Span<double> factor)
    {
        for (var i = 0; i < played.Length; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = Inner(played[i], played[j]) + (i == j ? 1 : 0);
                for (var k = 0; k < j; k++)
                {
                    sum -= factor[(i * played.Length) + k] * factor[(j * played.Length) + k];
                }

                factor[(i * played.Length) + j] = i == j ? Math.Sqrt(sum) : sum / factor[(j * played.Length) + j];
            }
        }
    }

    void Pass(int block)
    {
        var first = block * BlockRows;
        var rows = Math.Min(BlockRows, _length - first);
        var inverse = Rows(first, rows);
        var products = _products.View.Part(first, rows, 0, _products.Stride);
        for (var from = 0; from < _length; from += InnerBlock)
        {
            var inner = Math.Min(InnerBlock, _length - from);
            if (_pending > 0)
            {
                MatrixProduct.Multiply(
                    _updateByRow.View.Part(first, rows, 0, _pending),
                    _update.View.Part(0, _pending, from, Matrix.Padded(inner)),
                    inverse.Part(0, rows, from, Matrix.Padded(inner)),
                    scale: -1,
                    keep: 1);
            }

            MatrixProduct.Multiply(
                inverse.Part(0, rows, from, inner),
                _panel.View.Part(from, inner, 0, _panel.Stride),
                products,
                keep: from == 0 ? 0 : 1);
        }
    }

    unsafe MatrixView Rows(int first, int rows) =>
        new(ref *((float*)_inverse.Start + ((long)first * _stride)), rows, _stride, _stride);

    double Inner(int left, int right)
    {
        var sum = 0.0;
        for (var i = 0; i < _length; i++)
        {
            sum += (double)_panel[i, left] * _products[i, right];
        }

        return sum;
    }
}
