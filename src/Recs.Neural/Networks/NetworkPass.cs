using Recs.Matching.Numerics;

namespace Recs.Neural.Networks;

/// <summary>What one forward and backward pass leaves behind: activations and their gradients. One per thread.</summary>
public sealed unsafe class NetworkPass : IDisposable
{
    readonly NativePages _pages;
    readonly int _widest;
    readonly int _layers;

    /// <summary>Room for a shape.</summary>
    public NetworkPass(NetworkShape shape)
    {
        _widest = shape.Widest;
        _layers = shape.Layers + 1;
        _pages = new NativePages((nuint)((3 * _layers * _widest) + shape.Inputs) * sizeof(float));
        ActiveCounts = new int[_layers];
        for (var i = 0; i < shape.Inputs; i++)
        {
            Everywhere[i] = i;
        }
    }

    /// <summary>What a layer gave: 0 is the input, 1 the first hidden layer.</summary>
    /// <param name="layer">0 … number of layers.</param>
    /// <param name="units">Its units.</param>
    public ReadOnlySpan<float> Output(int layer, int units) => new(Activation(layer), units);

    /// <inheritdoc/>
    public void Dispose() => _pages.Dispose();

    /// <summary>What layer − 1 gave: 0 is the input. Padded.</summary>
    internal float* Activation(int layer) => (float*)_pages.Start + (layer * _widest);

    /// <summary>The gradient at what layer − 1 gave, before its rectifier.</summary>
    internal float* Gradient(int layer) => (float*)_pages.Start + ((_layers + layer) * _widest);

    /// <summary>The places of what layer − 1 gave that are not 0.</summary>
    internal int* Active(int layer) => (int*)_pages.Start + (((2 * _layers) + layer) * _widest);

    /// <summary>How many there are, by layer.</summary>
    internal int[] ActiveCounts { get; }

    /// <summary>Every place of the input.</summary>
    internal int* Everywhere => (int*)_pages.Start + (3 * _layers * _widest);
}
