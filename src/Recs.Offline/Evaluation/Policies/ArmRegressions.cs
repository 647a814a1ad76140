using Recs.Matching.Bandits;

namespace Recs.Offline.Evaluation.Policies;

/// <summary>One ridge regression per arm over the dense context: A⁻¹, b and the coefficients.</summary>
/// <param name="arms">Number of arms.</param>
/// <param name="dimensions">D.</param>
sealed class ArmRegressions(int arms, int dimensions)
{
    readonly double[] _inverses = new double[arms * dimensions * dimensions];
    readonly double[] _moments = new double[arms * dimensions];
    readonly double[] _coefficients = new double[arms * dimensions];
    readonly double[] _scratch = new double[dimensions];
    readonly double[] _nothing = new double[dimensions];

    /// <summary>Number of arms.</summary>
    public int Count => arms;

    /// <summary>The arm's coefficients, shape [D].</summary>
    public Span<double> CoefficientsOf(int arm) => _coefficients.AsSpan(arm * dimensions, dimensions);

    /// <summary>Makes every A the matrix λI.</summary>
    public void Reset(double ridge)
    {
        for (var arm = 0; arm < arms; arm++)
        {
            LinUcb.Reset(InverseOf(arm), dimensions, ridge);
        }
    }

    /// <summary>Forgets every reward.</summary>
    public void Forget()
    {
        Array.Clear(_moments);
        Array.Clear(_coefficients);
    }

    /// <summary>Predicted reward of the arm in this context, and xᵀA⁻¹x.</summary>
    public Belief BeliefOf(int arm, double[] features) =>
        new(LinUcb.Dot(features, CoefficientsOf(arm)), LinUcb.Variance(InverseOf(arm), features));

    /// <summary>An impression: A += x·xᵀ.</summary>
    public void AddContext(int arm, double[] features) => LinUcb.Add(InverseOf(arm), features, _scratch);

    /// <summary>A reward: b += r·x.</summary>
    public void AddReward(int arm, double[] features, double reward)
    {
        var moments = _moments.AsSpan(arm * dimensions, dimensions);
        for (var i = 0; i < dimensions; i++)
        {
            moments[i] += reward * features[i];
        }
    }

    /// <summary>Coefficients shrunk to zero: A⁻¹b.</summary>
    public void Solve(int arm) => Solve(arm, _nothing, 0);

    /// <summary>Coefficients shrunk to <paramref name="pooled"/>: A⁻¹(b + l·θ0).</summary>
    public void Solve(int arm, ReadOnlySpan<double> pooled, double ridge) => HierarchicalLinUcb.Coefficients(
        InverseOf(arm), _moments.AsSpan(arm * dimensions, dimensions), pooled, ridge, CoefficientsOf(arm));

    Span<double> InverseOf(int arm) => _inverses.AsSpan(arm * dimensions * dimensions, dimensions * dimensions);
}
