using Recs.Matching.Numerics;
using Recs.Neural.Kernels;

namespace Recs.Neural.Networks;

/// <summary>Steps of gradient descent on a network, one example at a time. Not thread-safe; no allocation.</summary>
/// <remarks>
/// The gradient of a layer is the outer product of its input and the gradient at its output, so its length is known before it
/// is computed: clipping needs no second pass over the parameters. The same steps in the same order give the same bits.
/// </remarks>
public sealed unsafe class NetworkTrainer : IDisposable
{
    readonly Network _network;
    readonly OptimizerOptions _options;
    readonly NativePages? _state;

    /// <summary>A trainer without memory of past gradients.</summary>
    public NetworkTrainer(Network network, OptimizerOptions options)
    {
        (_network, _options) = (network, options);
        StateLength = network.Shape.Length * options.StatePerParameter;
        _state = StateLength > 0 ? new NativePages((nuint)StateLength * sizeof(float)) : null;
    }

    /// <summary>Floats of the optimiser's state.</summary>
    public int StateLength { get; }

    /// <summary>The optimiser's state, shape [<see cref="StateLength"/>]; with the parameters and the steps it is all there is.</summary>
    public Span<float> State => _state is null ? [] : new(_state.Start, StateLength);

    /// <summary>Steps applied.</summary>
    public long Steps { get; set; }

    /// <summary>Gradients that were too long and were scaled.</summary>
    public long Clipped { get; private set; }

    /// <summary>Gradients that were not finite and were refused.</summary>
    public long Refused { get; private set; }

    /// <summary>Goes one step down the gradient of the example that went forward last. O(parameters).</summary>
    /// <param name="pass">The example's forward pass.</param>
    /// <param name="headGradients">dL/dz at the heads, shape [outputs].</param>
    /// <param name="inputGradient">
    /// Receives the gradient at the input, scaled as the parameters' was, shape [inputs]; empty if nobody learns there.
    /// </param>
    public StepOutcome Step(NetworkPass pass, ReadOnlySpan<float> headGradients, Span<float> inputGradient = default)
    {
        var squares = Backward(pass, headGradients, wantsInput: !inputGradient.IsEmpty);
        if (!float.IsFinite(squares))
        {
            Refused++;
            inputGradient.Clear();
            return StepOutcome.Refused;
        }

        var norm = MathF.Sqrt(squares);
        var scale = norm > _options.NormMax ? _options.NormMax / norm : 1;
        Descend(pass, scale);
        for (var i = 0; i < inputGradient.Length; i++)
        {
            inputGradient[i] = scale * pass.Gradient(0)[i];
        }

        if (scale < 1)
        {
            Clipped++;
            return StepOutcome.Clipped;
        }

        return StepOutcome.Applied;
    }

    /// <inheritdoc/>
    public void Dispose() => _state?.Dispose();

    /// <summary>Fills the pass's gradients and returns the squared length of the parameters' gradient.</summary>
    float Backward(NetworkPass pass, ReadOnlySpan<float> headGradients, bool wantsInput)
    {
        var shape = _network.Shape;
        var top = new Span<float>(pass.Gradient(shape.Layers), shape.Stride(shape.Layers - 1));
        top.Clear();
        headGradients[..shape.Outputs].CopyTo(top);
        var deltas = LayerKernel.SumOfSquares(pass.Gradient(shape.Layers), top.Length);
        var total = 0f;
        for (var layer = shape.Layers - 1; layer >= 0; layer--)
        {
            total += (1 + LayerKernel.SumOfSquares(pass.Activation(layer), NetworkShape.Padded(shape.In(layer)))) * deltas;
            if (layer == 0 && !wantsInput)
            {
                break;
            }

            if (layer > 0)
            {
                new Span<float>(pass.Gradient(layer), shape.Stride(layer - 1)).Clear();
            }

            // A unit that its rectifier holds at 0 passes nothing on; an input passes on whatever it is.
            deltas = LayerKernel.Backward(
                _network.Start + shape.WeightsAt(layer), layer > 0 ? pass.Active(layer) : pass.Everywhere,
                layer > 0 ? pass.ActiveCounts[layer] : shape.Inputs, shape.Stride(layer), pass.Gradient(layer + 1), pass.Gradient(layer));
        }

        return wantsInput ? total + (0 * deltas) : total;
    }

    void Descend(NetworkPass pass, float scale)
    {
        var shape = _network.Shape;
        Steps++;
        var rate = _options.Kind is OptimizerKind.Adam
            ? (float)(_options.Rate * Math.Sqrt(1 - Math.Pow(_options.SecondMoment, Steps)) / (1 - Math.Pow(_options.FirstMoment, Steps)))
            : _options.Rate;
        var isLazy = _options.Kind is not OptimizerKind.Adam && _options.WeightDecay == 0;
        var state = _state is null ? null : (float*)_state.Start;
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            var gradient = pass.Gradient(layer + 1);
            var rows = isLazy ? pass.ActiveCounts[layer] : shape.In(layer);
            for (var row = 0; row <= rows; row++)
            {
                // The bias is the row of an input that is always 1.
                var input = row == rows ? shape.In(layer) : isLazy ? pass.Active(layer)[row] : row;
                var value = row == rows ? 1 : pass.Activation(layer)[input];
                var at = shape.WeightsAt(layer) + (input * shape.Stride(layer));
                StepKernel.Apply(
                    _network.Start + at, state == null ? null : state + at, shape.Length, gradient, scale * value, shape.Stride(layer),
                    _options, rate);
            }
        }
    }
}
