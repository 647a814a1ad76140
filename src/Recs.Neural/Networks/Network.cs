using Recs.Matching.Numerics;
using Recs.Neural.Kernels;

namespace Recs.Neural.Networks;

/// <summary>A multilayer perceptron with rectifiers: its parameters in one aligned buffer, and the forward pass.</summary>
/// <remarks>One writer; whoever reads while it is written gets a mixture. Not thread-safe.</remarks>
public sealed unsafe class Network : IDisposable
{
    readonly NativePages _pages;

    /// <summary>A network whose parameters are all 0.</summary>
    public Network(NetworkShape shape)
    {
        Shape = shape;
        _pages = new NativePages((nuint)shape.Length * sizeof(float));
    }

    /// <summary>Its sizes.</summary>
    public NetworkShape Shape { get; }

    /// <summary>All parameters, shape [<see cref="NetworkShape.Length"/>]; padding must stay 0.</summary>
    public Span<float> Parameters => new(Start, Shape.Length);

    internal float* Start => (float*)_pages.Start;

    /// <summary>Draws weights from N(0, 2/in), those of the last layer from N(0, 1/in); biases are 0. He et al., ICCV 2015.</summary>
    public void Initialise(ulong seed)
    {
        var rng = new Rng(seed);
        Parameters.Clear();
        for (var layer = 0; layer < Shape.Layers; layer++)
        {
            var deviation = Math.Sqrt((layer == Shape.Layers - 1 ? 1.0 : 2.0) / Shape.In(layer));
            for (var input = 0; input < Shape.In(layer); input++)
            {
                var row = Parameters.Slice(Shape.WeightsAt(layer) + (input * Shape.Stride(layer)), Shape.Out(layer));
                foreach (ref var weight in row)
                {
                    weight = (float)(deviation * rng.NextGaussian());
                }
            }
        }
    }

    /// <summary>Computes the heads for one input. O(parameters), no allocation.</summary>
    /// <param name="input">Shape [inputs], finite.</param>
    /// <param name="pass">Receives what each layer gave, for <see cref="NetworkTrainer"/>.</param>
    /// <returns>The heads, shape [outputs]; valid until the pass is used again.</returns>
    public ReadOnlySpan<float> Forward(ReadOnlySpan<float> input, NetworkPass pass)
    {
        input[..Shape.Inputs].CopyTo(new Span<float>(pass.Activation(0), Shape.Inputs));
        for (var layer = 0; layer < Shape.Layers; layer++)
        {
            var active = LayerKernel.Active(pass.Activation(layer), Shape.In(layer), pass.Active(layer));
            pass.ActiveCounts[layer] = active;
            LayerKernel.Forward(
                Start + Shape.WeightsAt(layer), pass.Active(layer), active, Shape.Stride(layer), Start + Shape.BiasAt(layer),
                pass.Activation(layer), pass.Activation(layer + 1), isRectified: layer < Shape.Layers - 1);
        }

        return new(pass.Activation(Shape.Layers), Shape.Outputs);
    }

    /// <inheritdoc/>
    public void Dispose() => _pages.Dispose();
}
