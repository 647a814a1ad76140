namespace Recs.Neural.Combinatorial;

/// <summary>
/// The gradients g = ∇f/√m of a one-layer network at a round's arms, in factors: the part for the first layer is the outer
/// product of a row of <see cref="Gates"/> and one of <see cref="Inputs"/>, the part for the second is a row of
/// <see cref="Hidden"/>.
/// </summary>
/// <param name="arms">Arms N.</param>
/// <param name="dimensions">Features d of an arm.</param>
/// <param name="width">Hidden units m.</param>
public sealed class ArmGradients(int arms, int dimensions, int width)
{
    /// <summary>Arms N.</summary>
    public int Arms => arms;

    /// <summary>Parameters p = d·m + m.</summary>
    public int Length => (dimensions * width) + width;

    /// <summary>Features x, shape [N, d].</summary>
    public Matrix Inputs { get; } = new(arms, dimensions);

    /// <summary>w2 where the unit is active and 0 elsewhere, over √m; shape [N, m].</summary>
    public Matrix Gates { get; } = new(arms, width);

    /// <summary>Outputs of the hidden units over √m; shape [N, m].</summary>
    public Matrix Hidden { get; } = new(arms, width);

    /// <summary>Writes one gradient in full: first layer by hidden unit, then second layer.</summary>
    /// <param name="arm">The arm.</param>
    /// <param name="to">Shape [p].</param>
    public void Write(int arm, Span<float> to)
    {
        var inputs = Inputs.Row(arm);
        var gates = Gates.Row(arm);
        for (var unit = 0; unit < width; unit++)
        {
            var part = to.Slice(unit * dimensions, dimensions);
            for (var i = 0; i < dimensions; i++)
            {
                part[i] = gates[unit] * inputs[i];
            }
        }

        Hidden.Row(arm).CopyTo(to[(dimensions * width)..]);
    }
}
