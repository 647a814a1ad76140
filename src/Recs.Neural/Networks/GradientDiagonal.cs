using Recs.Matching.Numerics;
using Recs.Neural.Kernels;

namespace Recs.Neural.Networks;

/// <summary>
/// The diagonal confidence of neural bandits: U = λ + Σ g² over the examples shown, g the gradient of the score at its
/// parameters; the variance of a prediction is Σ g²/U. Zhou, Li and Gu (ICML 2020), diagonal form of the released code.
/// </summary>
/// <remarks>
/// g of a layer is an outer product, so g² is one too, and an example adds to U as a step adds to the parameters. The sums are
/// kept without λ. One writer; not thread-safe; no allocation.
/// </remarks>
public sealed unsafe class GradientDiagonal : IDisposable
{
    readonly NetworkShape _shape;
    readonly NativePages _pages;
    readonly NetworkPass _pass;

    /// <summary>Nothing seen.</summary>
    public GradientDiagonal(NetworkShape shape)
    {
        _shape = shape;
        _pages = new NativePages((nuint)shape.Length * sizeof(float));
        _pass = new NetworkPass(shape);
    }

    /// <summary>Σ g², laid out as the parameters, shape [<see cref="NetworkShape.Length"/>].</summary>
    public Span<float> Sums => new((float*)_pages.Start, _shape.Length);

    /// <summary>Adds the example that went forward last. O(parameters).</summary>
    /// <param name="network">The network.</param>
    /// <param name="pass">The example's forward pass.</param>
    /// <param name="headWeights">What each head weighs in the score, shape [outputs].</param>
    /// <returns>False when the gradient was not finite; nothing was added.</returns>
    public bool Add(Network network, NetworkPass pass, ReadOnlySpan<float> headWeights)
    {
        if (!Square(network, pass, headWeights))
        {
            return false;
        }

        for (var layer = 0; layer < _shape.Layers; layer++)
        {
            for (var place = 0; place <= pass.ActiveCounts[layer]; place++)
            {
                var (at, square) = RowOf(pass, layer, place);
                LayerKernel.AddScaled((float*)_pages.Start + at, _pass.Gradient(layer + 1), square, _shape.Stride(layer));
            }
        }

        return true;
    }

    /// <summary>Σ g²/(λ + U) of the example that went forward last. O(parameters).</summary>
    /// <returns>≥ 0; not a number when the gradient was not finite.</returns>
    public float Variance(Network network, NetworkPass pass, ReadOnlySpan<float> headWeights, float lambda)
    {
        if (!Square(network, pass, headWeights))
        {
            return float.NaN;
        }

        var variance = 0f;
        for (var layer = 0; layer < _shape.Layers; layer++)
        {
            for (var place = 0; place <= pass.ActiveCounts[layer]; place++)
            {
                var (at, square) = RowOf(pass, layer, place);
                variance += square * LayerKernel.Quotients(_pass.Gradient(layer + 1), (float*)_pages.Start + at, lambda, _shape.Stride(layer));
            }
        }

        return variance;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pages.Dispose();
        _pass.Dispose();
    }

    /// <summary>Where the weights of an active input lie, and its square; after the last one the bias.</summary>
    (int At, float Square) RowOf(NetworkPass pass, int layer, int place)
    {
        if (place == pass.ActiveCounts[layer])
        {
            return (_shape.BiasAt(layer), 1);
        }

        var input = pass.Active(layer)[place];
        return (_shape.WeightsAt(layer) + (input * _shape.Stride(layer)), pass.Activation(layer)[input] * pass.Activation(layer)[input]);
    }

    /// <summary>Leaves the squared gradients at the layers' outputs in the own pass.</summary>
    bool Square(Network network, NetworkPass pass, ReadOnlySpan<float> headWeights)
    {
        var top = new Span<float>(_pass.Gradient(_shape.Layers), _shape.Stride(_shape.Layers - 1));
        top.Clear();
        headWeights[.._shape.Outputs].CopyTo(top);
        var squares = LayerKernel.SumOfSquares(_pass.Gradient(_shape.Layers), top.Length);
        for (var layer = _shape.Layers - 1; layer > 0; layer--)
        {
            new Span<float>(_pass.Gradient(layer), _shape.Stride(layer - 1)).Clear();
            squares += LayerKernel.Backward(
                network.Start + _shape.WeightsAt(layer), pass.Active(layer), pass.ActiveCounts[layer], _shape.Stride(layer),
                _pass.Gradient(layer + 1), _pass.Gradient(layer));
        }

        for (var layer = 1; layer <= _shape.Layers; layer++)
        {
            LayerKernel.Square(_pass.Gradient(layer), _shape.Stride(layer - 1));
        }

        return float.IsFinite(squares + LayerKernel.SumOfSquares(pass.Activation(0), NetworkShape.Padded(_shape.Inputs)));
    }
}
