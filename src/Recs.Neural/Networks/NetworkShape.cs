namespace Recs.Neural.Networks;

/// <summary>The sizes of a multilayer perceptron, and where each layer's parameters lie in one buffer.</summary>
/// <remarks>
/// A layer is a matrix W of shape [in x stride], row i the weights that leave input i, then a bias of shape [stride]. The stride
/// is the number of outputs rounded up to <see cref="Lanes"/>; what is beyond the outputs stays 0.
/// </remarks>
public sealed class NetworkShape
{
    /// <summary>Floats that a row is padded to.</summary>
    public const int Lanes = 16;

    /// <summary>Most units of a layer, input and output included.</summary>
    public const int UnitsMax = 4096;

    /// <summary>Most layers.</summary>
    public const int LayersMax = 8;

    readonly int[] _units;
    readonly int[] _starts;

    /// <summary>A shape.</summary>
    /// <param name="inputs">Length of the input, 1 … <see cref="UnitsMax"/>.</param>
    /// <param name="hidden">Units of each hidden layer, each with a rectifier; may be empty.</param>
    /// <param name="outputs">Heads, linear.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of its range.</exception>
    public NetworkShape(int inputs, ReadOnlySpan<int> hidden, int outputs = 1)
    {
        _units = [inputs, .. hidden, outputs];
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_units.Length - 1, LayersMax, nameof(hidden));
        foreach (var units in _units)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(units, nameof(hidden));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(units, UnitsMax, nameof(hidden));
        }

        _starts = new int[_units.Length];
        for (var layer = 0; layer < Layers; layer++)
        {
            _starts[layer + 1] = _starts[layer] + ((_units[layer] + 1) * Stride(layer));
        }
    }

    /// <summary>64-64-64-1: 64 inputs, two hidden layers of 64, one output.</summary>
    public static NetworkShape Default { get; } = new(64, [64, 64]);

    /// <summary>Number of layers with parameters.</summary>
    public int Layers => _units.Length - 1;

    /// <summary>Length of the input.</summary>
    public int Inputs => _units[0];

    /// <summary>Number of heads.</summary>
    public int Outputs => _units[^1];

    /// <summary>Floats of all layers, padding included.</summary>
    public int Length => _starts[^1];

    /// <summary>Parameters, padding not counted.</summary>
    public int Parameters
    {
        get
        {
            var count = 0;
            for (var layer = 0; layer < Layers; layer++)
            {
                count += (In(layer) + 1) * Out(layer);
            }

            return count;
        }
    }

    /// <summary>The widest layer, padded.</summary>
    public int Widest => Padded(_units.Max());

    /// <summary>Inputs of a layer.</summary>
    public int In(int layer) => _units[layer];

    /// <summary>Outputs of a layer.</summary>
    public int Out(int layer) => _units[layer + 1];

    /// <summary>Outputs of a layer, padded: the length of a row.</summary>
    public int Stride(int layer) => Padded(_units[layer + 1]);

    /// <summary>Where a layer's W begins.</summary>
    public int WeightsAt(int layer) => _starts[layer];

    /// <summary>Where a layer's bias begins.</summary>
    public int BiasAt(int layer) => _starts[layer] + (In(layer) * Stride(layer));

    /// <summary>The sizes as text, such as 64-64-64-1.</summary>
    public override string ToString() => string.Join('-', _units);

    /// <summary>A length rounded up to whole vectors.</summary>
    public static int Padded(int units) => (units + Lanes - 1) / Lanes * Lanes;
}
