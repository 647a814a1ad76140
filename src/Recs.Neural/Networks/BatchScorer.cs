using Recs.Matching.Numerics;
using Recs.Neural.Kernels;

namespace Recs.Neural.Networks;

/// <summary>
/// A published version of a network: scores many candidates at once, with the diagonal confidence if asked for. Immutable;
/// many threads may score with it, each with scratch of its own.
/// </summary>
/// <remarks>
/// Everything is a matrix product: going forward one per layer, backward one per hidden layer, and g²/U is
/// (x²)ᵀ·(U⁻¹·δ²), one more per layer. No allocation.
/// </remarks>
public sealed unsafe class BatchScorer : IDisposable
{
    readonly NetworkShape _shape;
    readonly NativePages _pages;
    readonly float[] _headWeights;
    readonly int[] _transposedAt;
    readonly int[] _inverseAt;
    readonly int[] _inverseBiasAt;

    /// <summary>Copies a network.</summary>
    /// <param name="network">Its parameters are copied.</param>
    /// <param name="diagonal">Σ g², or null where no confidence is wanted.</param>
    /// <param name="lambda">λ &gt; 0 of U = λ + Σ g².</param>
    /// <param name="headWeights">What each head weighs in the score, shape [outputs].</param>
    public BatchScorer(Network network, GradientDiagonal? diagonal, float lambda, ReadOnlySpan<float> headWeights)
    {
        _shape = network.Shape;
        _headWeights = headWeights[.._shape.Outputs].ToArray();
        (_transposedAt, _inverseAt, _inverseBiasAt) = (new int[_shape.Layers], new int[_shape.Layers], new int[_shape.Layers]);
        var length = _shape.Length;
        for (var layer = 0; layer < _shape.Layers; layer++)
        {
            var inputs = NetworkShape.Padded(_shape.In(layer));
            (_transposedAt[layer], _inverseAt[layer]) = (length, length + (_shape.Stride(layer) * inputs));
            _inverseBiasAt[layer] = _inverseAt[layer] + (_shape.Stride(layer) * inputs);
            length = _inverseBiasAt[layer] + _shape.Stride(layer);
        }

        _pages = new NativePages((nuint)length * sizeof(float));
        network.Parameters.CopyTo(new Span<float>(Start, _shape.Length));
        HasConfidence = diagonal is not null;
        for (var layer = 0; layer < _shape.Layers; layer++)
        {
            Transpose(layer, diagonal is null ? default : diagonal.Sums, lambda);
        }
    }

    /// <summary>Whether it can tell how sure it is.</summary>
    public bool HasConfidence { get; }

    /// <summary>Sizes.</summary>
    public NetworkShape Shape => _shape;

    float* Start => (float*)_pages.Start;

    /// <summary>Scores candidates.</summary>
    /// <param name="scratch">Holds the inputs in its rows; see <see cref="BatchScratch.Input"/>.</param>
    /// <param name="count">n ≤ the scratch's rows.</param>
    /// <param name="scores">Receives Σ heads·head weights, shape [n].</param>
    /// <param name="variances">Receives Σ g²/U, shape [n]; empty when not wanted.</param>
    /// <remarks>O(n·parameters); with variances about 2.5 times as much.</remarks>
    public void Score(BatchScratch scratch, int count, Span<float> scores, Span<float> variances = default)
    {
        Forward(scratch, count);
        var stride = _shape.Stride(_shape.Layers - 1);
        for (var row = 0; row < count; row++)
        {
            var heads = scratch.Activation(_shape.Layers) + (row * stride);
            var score = 0f;
            for (var head = 0; head < _headWeights.Length; head++)
            {
                score += _headWeights[head] * heads[head];
            }

            scores[row] = score;
        }

        if (!variances.IsEmpty)
        {
            Vary(scratch, count, variances);
        }

        // Whoever publishes the next version drops this one: its memory must outlive the products.
        GC.KeepAlive(this);
    }

    /// <summary>The heads of a candidate scored last, shape [outputs].</summary>
    public ReadOnlySpan<float> Heads(BatchScratch scratch, int row) =>
        new(scratch.Activation(_shape.Layers) + (row * _shape.Stride(_shape.Layers - 1)), _shape.Outputs);

    /// <summary>What the last hidden layer gave for a candidate scored last, shape [its units].</summary>
    public ReadOnlySpan<float> LastHidden(BatchScratch scratch, int row) =>
        new(scratch.Activation(_shape.Layers - 1) + (row * scratch.Stride(_shape.Layers - 1)), _shape.In(_shape.Layers - 1));

    /// <inheritdoc/>
    public void Dispose() => _pages.Dispose();

    /// <summary>The bare products of going forward, one per layer, without bias, rectifier or heads: what scoring is measured against.</summary>
    internal void Products(BatchScratch scratch, int count)
    {
        for (var layer = 0; layer < _shape.Layers; layer++)
        {
            MatrixKernel.Multiply(
                scratch.Activation(layer), scratch.Stride(layer), Start + _shape.WeightsAt(layer), scratch.Activation(layer + 1),
                _shape.Stride(layer), null, count, _shape.In(layer), _shape.Stride(layer), isRectified: false);
        }
    }

    void Forward(BatchScratch scratch, int count)
    {
        for (var layer = 0; layer < _shape.Layers; layer++)
        {
            MatrixKernel.Multiply(
                scratch.Activation(layer), scratch.Stride(layer), Start + _shape.WeightsAt(layer), scratch.Activation(layer + 1),
                _shape.Stride(layer), Start + _shape.BiasAt(layer), count, _shape.In(layer), _shape.Stride(layer),
                isRectified: layer < _shape.Layers - 1);
        }
    }

    void Vary(BatchScratch scratch, int count, Span<float> variances)
    {
        variances[..count].Clear();
        var last = _shape.Layers - 1;
        BatchKernel.Fill(scratch.Gradient(last + 1), _headWeights, _shape.Stride(last), count);
        for (var layer = last; layer >= 0; layer--)
        {
            var (stride, inputs) = (_shape.Stride(layer), NetworkShape.Padded(_shape.In(layer)));
            if (layer > 0)
            {
                MatrixKernel.Multiply(
                    scratch.Gradient(layer + 1), stride, Start + _transposedAt[layer], scratch.Gradient(layer), inputs, null, count,
                    _shape.Out(layer), inputs, isRectified: false);
                BatchKernel.Mask(scratch.Gradient(layer), scratch.Activation(layer), inputs * count);
            }

            BatchKernel.Square(scratch.Gradient(layer + 1), stride * count);
            MatrixKernel.Multiply(
                scratch.Gradient(layer + 1), stride, Start + _inverseAt[layer], scratch.Products, inputs, null, count, _shape.Out(layer),
                inputs, isRectified: false);
            for (var row = 0; row < count; row++)
            {
                variances[row] += LayerKernel.Dot(scratch.Gradient(layer + 1) + (row * stride), Start + _inverseBiasAt[layer], stride)
                    + BatchKernel.SquaredDot(scratch.Activation(layer) + (row * scratch.Stride(layer)), scratch.Products + (row * inputs), inputs);
            }
        }
    }

    /// <summary>Wᵀ and (1/U)ᵀ, shape [stride x padded inputs], so that going back is a product too.</summary>
    void Transpose(int layer, ReadOnlySpan<float> sums, float lambda)
    {
        var (stride, inputs) = (_shape.Stride(layer), NetworkShape.Padded(_shape.In(layer)));
        for (var output = 0; output < _shape.Out(layer); output++)
        {
            for (var input = 0; input < _shape.In(layer); input++)
            {
                var at = _shape.WeightsAt(layer) + (input * stride) + output;
                Start[_transposedAt[layer] + (output * inputs) + input] = Start[at];
                Start[_inverseAt[layer] + (output * inputs) + input] = sums.IsEmpty ? 0 : 1 / (lambda + sums[at]);
            }

            Start[_inverseBiasAt[layer] + output] = sums.IsEmpty ? 0 : 1 / (lambda + sums[_shape.BiasAt(layer) + output]);
        }
    }
}
