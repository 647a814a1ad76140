namespace Recs.Neural.Combinatorial;

/// <summary>Only the diagonal of Z, for production: memory p numbers, cost O(N·p) a round.</summary>
/// <remarks>Zhou, Li and Gu, ICML 2020 (NeuralUCB), whose code approximates Z by its diagonal.</remarks>
/// <param name="dimensions">Features d of an arm.</param>
/// <param name="width">Hidden units m.</param>
/// <param name="ridge">λ, above 0.</param>
public sealed class DiagonalCovariance(int dimensions, int width, float ridge) : IGradientCovariance
{
    readonly Matrix _first = Filled(width, dimensions, ridge);
    readonly Matrix _second = Filled(1, width, ridge);
    ArmGradients? _gradients;

    /// <inheritdoc/>
    public void Measure(ArmGradients gradients, Span<float> widths)
    {
        _gradients = gradients;
        for (var arm = 0; arm < gradients.Arms; arm++)
        {
            var inputs = gradients.Inputs.Row(arm);
            var gates = gradients.Gates.Row(arm);
            var hidden = gradients.Hidden.Row(arm);
            var last = _second.Row(0);
            var sum = 0f;
            for (var unit = 0; unit < width; unit++)
            {
                sum += hidden[unit] * hidden[unit] / last[unit];
                if (gates[unit] is 0)
                {
                    continue;
                }

                var row = _first.Row(unit);
                var part = 0f;
                for (var i = 0; i < inputs.Length; i++)
                {
                    part += inputs[i] * inputs[i] / row[i];
                }

                sum += gates[unit] * gates[unit] * part;
            }

            widths[arm] = sum;
        }
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<int> played)
    {
        var gradients = _gradients ?? throw new InvalidOperationException("Nothing was measured.");
        foreach (var arm in played)
        {
            var inputs = gradients.Inputs.Row(arm);
            var gates = gradients.Gates.Row(arm);
            var hidden = gradients.Hidden.Row(arm);
            var last = _second.Row(0);
            for (var unit = 0; unit < width; unit++)
            {
                last[unit] += hidden[unit] * hidden[unit];
                var gate = gates[unit] * gates[unit];
                var row = _first.Row(unit);
                for (var i = 0; i < inputs.Length && gate > 0; i++)
                {
                    row[i] += gate * inputs[i] * inputs[i];
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing but arrays.
    }

    static Matrix Filled(int rows, int columns, float value)
    {
        var matrix = new Matrix(rows, columns);
        matrix.Values.Fill(value);
        return matrix;
    }
}
