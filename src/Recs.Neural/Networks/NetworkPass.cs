using Recs.Matching.Numerics;

namespace Recs.Neural.Networks;

/// <summary>What one forward and backward pass leaves behind: activations and their gradients. One per thread.</summary>
public sealed unsafe class NetworkPass : IDisposable
{
    readonly NativePages _pages;
    readonly int _widest;

    /// <summary>Room for a shape.</summary>
    public NetworkPass(NetworkShape shape)
    {
        _widest = shape.Widest;
        _pages = new NativePages((nuint)(2 * (shape.Layers + 1) * _widest) * sizeof(float));
        Gradients = (float*)_pages.Start + ((shape.Layers + 1) * _widest);
    }

    float* Gradients { get; }

    /// <inheritdoc/>
    public void Dispose() => _pages.Dispose();

    /// <summary>What layer − 1 gave: 0 is the input. Padded.</summary>
    internal float* Activation(int layer) => (float*)_pages.Start + (layer * _widest);

    /// <summary>The gradient at what layer − 1 gave, before its rectifier.</summary>
    internal float* Gradient(int layer) => Gradients + (layer * _widest);
}
