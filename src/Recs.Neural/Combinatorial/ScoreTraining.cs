using System.Runtime.Intrinsics;

namespace Recs.Neural.Combinatorial;

/// <summary>
/// Full-batch gradient descent of a network on the latest rounds: loss ½Σ(y − f)² + (mλ/2)‖θ − θ₀‖², the second part only
/// when a pull is given.
/// </summary>
/// <param name="network">The network; its weights at this moment are θ₀.</param>
/// <param name="capacity">Rows that are kept, the oldest go first.</param>
/// <param name="rate">Step size.</param>
/// <param name="pull">mλ, the strength towards θ₀; 0 for none.</param>
/// <exception cref="ArgumentOutOfRangeException">rate · pull is 2 or more, with which the weights diverge.</exception>
public sealed class ScoreTraining(ScoreNetwork network, int capacity, float rate, float pull)
{
    readonly Matrix _inputs = new(capacity, network.Dimensions);
    readonly Matrix _inputsByFeature = new(network.Dimensions, capacity);
    readonly Matrix _hidden = new(capacity, network.Width);
    readonly Matrix _firstGradient = new(network.Dimensions, network.Width);
    readonly Matrix _secondGradient = new(1, network.Width);
    readonly Matrix _firstStart = Copy(network.First);
    readonly Matrix _secondStart = Copy(network.Second);
    readonly float _pull = rate * pull < 2
        ? pull
        : throw new ArgumentOutOfRangeException(nameof(pull), pull, "rate · pull is 2 or more: the weights diverge.");

    readonly float[] _targets = new float[capacity];
    readonly float[] _errors = new float[capacity];
    int _next;

    /// <summary>Rows held.</summary>
    public int Count { get; private set; }

    /// <summary>Gradient of the loss without its pull for the first layer at the last step, shape [d, m].</summary>
    internal Matrix FirstGradient => _firstGradient;

    /// <summary>The same for the second layer, shape [1, m].</summary>
    internal Matrix SecondGradient => _secondGradient;

    /// <summary>Remembers one observation.</summary>
    /// <param name="input">Features, shape [d].</param>
    /// <param name="target">The observed score.</param>
    public void Add(ReadOnlySpan<float> input, float target)
    {
        input.CopyTo(_inputs.Row(_next));
        for (var i = 0; i < input.Length; i++)
        {
            _inputsByFeature[i, _next] = input[i];
        }

        _targets[_next] = target;
        _next = (_next + 1) % capacity;
        Count = Math.Min(Count + 1, capacity);
    }

    /// <summary>Takes steps on all rows at once, cost O(rows·d·m) each.</summary>
    /// <param name="steps">Number of steps.</param>
    public void Descend(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            ComputeGradients();
            Move(network.First, _firstGradient, _firstStart);
            Move(network.Second, _secondGradient, _secondStart);
        }
    }

    /// <summary>½Σ(y − f)² over the rows held.</summary>
    internal double Loss()
    {
        network.Forward(_inputs.View.Part(0, Count, 0, network.Dimensions), _hidden.View.Part(0, Count, 0, _hidden.Stride), _errors);
        var sum = 0.0;
        for (var row = 0; row < Count; row++)
        {
            sum += 0.5 * (_errors[row] - _targets[row]) * (_errors[row] - _targets[row]);
        }

        return sum;
    }

    /// <summary>Computes both gradients at the present weights.</summary>
    internal void ComputeGradients()
    {
        var inputs = _inputs.View.Part(0, Count, 0, network.Dimensions);
        var hidden = _hidden.View.Part(0, Count, 0, _hidden.Stride);
        network.Forward(inputs, hidden, _errors);
        _secondGradient.Values.Clear();
        for (var row = 0; row < Count; row++)
        {
            Backward(ref hidden.Row(row)[0], _errors[row] - _targets[row]);
        }

        MatrixProduct.Multiply(
            _inputsByFeature.View.Part(0, network.Dimensions, 0, Count), hidden, _firstGradient.View);
    }

    // The outputs of the hidden units are replaced by the errors that reach them.
    void Backward(ref float outputs, float error)
    {
        ref var second = ref network.Second.View.Start;
        ref var gradient = ref _secondGradient.View.Start;
        var errors = Vector256.Create(error);
        for (nuint at = 0; at < (nuint)network.Second.Stride; at += Matrix.Lanes)
        {
            var output = Vector256.LoadUnsafe(ref outputs, at);
            Vector256.FusedMultiplyAdd(output, errors, Vector256.LoadUnsafe(ref gradient, at)).StoreUnsafe(ref gradient, at);
            var active = Vector256.GreaterThan(output, Vector256<float>.Zero);
            (active & (Vector256.LoadUnsafe(ref second, at) * errors)).StoreUnsafe(ref outputs, at);
        }
    }

    void Move(Matrix weights, Matrix gradient, Matrix start)
    {
        ref var weight = ref weights.View.Start;
        for (nuint at = 0; at < (nuint)weights.Values.Length; at += Matrix.Lanes)
        {
            var value = Vector256.LoadUnsafe(ref weight, at);
            var slope = Vector256.LoadUnsafe(ref gradient.View.Start, at) + (_pull * (value - Vector256.LoadUnsafe(ref start.View.Start, at)));
            (value - (rate * slope)).StoreUnsafe(ref weight, at);
        }
    }

    static Matrix Copy(Matrix from)
    {
        var copy = new Matrix(from.Rows, from.Columns);
        from.Values.CopyTo(copy.Values);
        return copy;
    }
}
