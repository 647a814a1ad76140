using MathNet.Numerics.LinearAlgebra;

namespace Recs.Offline.Evaluation.Sequential;

/// <summary>
/// The paper's first experiment: actions on a line, loss 0.2·(a − y)² − 1 with y from N(1, 0.3²), policies N(θ, 0.3²), the first
/// log from θ = 2.5; every roll-out is twice as long as the one before.
/// </summary>
/// <param name="rollouts">M ≥ 1.</param>
/// <param name="first">n of the first roll-out.</param>
/// <param name="penalty">λ.</param>
public sealed class GaussianToy(int rollouts, int first, double penalty)
{
    const double Scale = 0.3;
    const double Target = 1;
    const double Start = 2.5;
    const double Curvature = 0.2;
    const int Purpose = 0x73637231;

    /// <summary>Expected loss of the policy N(θ, 0.3²): 0.2·((θ − 1)² + 2·0.09) − 1.</summary>
    public static double LossOf(double parameter) =>
        (Curvature * (((parameter - Target) * (parameter - Target)) + (2 * Scale * Scale))) - 1;

    /// <summary>Runs both ways: each roll-out by the newest policy, or all data from the first one.</summary>
    /// <param name="seed">Seed of the draws.</param>
    /// <returns>Expected loss after each roll-out, shape [M + 1], the start first.</returns>
    public (double[] Sequential, double[] Fixed) Run(int seed) => (Roll(seed, isSequential: true), Roll(seed, isSequential: false));

    double[] Roll(int seed, bool isSequential)
    {
        var chance = SeededRandom.Of(seed, Purpose);
        var losses = new double[rollouts + 1];
        losses[0] = LossOf(Start);
        var policy = Start;
        var (actions, outcomes) = (new List<double>(), new List<double>());
        var size = first;
        for (var rollout = 1; rollout <= rollouts; rollout++)
        {
            var deployed = isSequential ? policy : Start;
            if (isSequential)
            {
                // The newest roll-out alone: older ones come from policies that are further away.
                actions.Clear();
                outcomes.Clear();
            }

            for (var i = 0; i < size; i++)
            {
                var action = deployed + (Scale * chance.NextNormal());
                var y = Target + (Scale * chance.NextNormal());
                actions.Add(action);
                outcomes.Add((Curvature * (action - y) * (action - y)) - 1);
            }

            policy = Fit([.. actions], [.. outcomes], deployed);
            losses[rollout] = LossOf(policy);
            size *= 2;
        }

        return losses;
    }

    double Fit(double[] actions, double[] outcomes, double logged)
    {
        var behavior = Array.ConvertAll(actions, action => Density(action, logged));
        var risk = new CounterfactualRisk(
            outcomes,
            behavior,
            (parameters, densities) =>
            {
                for (var i = 0; i < densities.Length; i++)
                {
                    densities[i] = Density(actions[i], parameters[0]);
                }
            },
            penalty,
            1.0 / actions.Length);
        return risk.Minimise(Vector<double>.Build.Dense(1, logged))[0];
    }

    static double Density(double action, double mean)
    {
        var z = (action - mean) / Scale;
        return Math.Exp(-0.5 * z * z) / (Scale * Math.Sqrt(2 * Math.PI));
    }
}
