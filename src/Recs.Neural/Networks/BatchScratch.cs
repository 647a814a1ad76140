using Recs.Matching.Numerics;

namespace Recs.Neural.Networks;

/// <summary>Buffers of one thread that scores candidates with a <see cref="BatchScorer"/>.</summary>
public sealed unsafe class BatchScratch : IDisposable
{
    readonly NetworkShape _shape;
    readonly NativePages _pages;
    readonly int[] _activations;
    readonly int[] _gradients;
    readonly int _products;

    /// <summary>Room for a number of candidates.</summary>
    public BatchScratch(NetworkShape shape, int rows)
    {
        (_shape, Rows) = (shape, rows);
        (_activations, _gradients) = (new int[shape.Layers + 1], new int[shape.Layers + 1]);
        var length = 0;
        for (var layer = 0; layer <= shape.Layers; layer++)
        {
            _activations[layer] = length;
            _gradients[layer] = length + (rows * Stride(layer));
            length = _gradients[layer] + (rows * Stride(layer));
        }

        _products = length;
        _pages = new NativePages((nuint)(length + (rows * shape.Widest)) * sizeof(float));
    }

    /// <summary>Most candidates.</summary>
    public int Rows { get; }

    /// <summary>A candidate's input, shape [inputs]; written by the caller before scoring.</summary>
    public Span<float> Input(int row) => new(Activation(0) + (row * Stride(0)), _shape.Inputs);

    /// <inheritdoc/>
    public void Dispose() => _pages.Dispose();

    internal float* Products => (float*)_pages.Start + _products;

    internal int Stride(int layer) => NetworkShape.Padded(layer == 0 ? _shape.Inputs : _shape.Out(layer - 1));

    internal float* Activation(int layer) => (float*)_pages.Start + _activations[layer];

    internal float* Gradient(int layer) => (float*)_pages.Start + _gradients[layer];
}
