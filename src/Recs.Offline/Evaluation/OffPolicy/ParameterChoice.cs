using System.Numerics.Tensors;

namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>Chooses λ or α from the data, without knowing the truth. O(candidates · n).</summary>
public static class ParameterChoice
{
    const double BiasDelta = 0.05;
    const double SlopeQuantile = 1.96;

    /// <summary>The candidates of an estimator, from the least biased to the least variable; empty if it has no parameter.</summary>
    /// <param name="estimator">Which.</param>
    /// <param name="rows">n: 1/n is a candidate of implicit exploration, the theory's value.</param>
    public static double[] Candidates(Estimator estimator, int rows) => estimator switch
    {
        Estimator.ClippedIps or Estimator.SwitchDoublyRobust or Estimator.ShrunkDoublyRobust =>
            [double.PositiveInfinity, 10_000, 5000, 1000, 500, 100, 50, 20, 10, 5, 2, 1],
        Estimator.ImplicitExplorationIps => [0, .. new[] { 1.0 / rows, 1e-4, 1e-3, 0.003, 0.01, 0.03, 0.1, 0.3, 1 }.Order()],
        Estimator.SubGaussianIps => [0, 1e-4, 1e-3, 0.003, 0.01, 0.03, 0.1, 0.3, 1],
        _ => [],
    };

    /// <summary>The parameter of an estimator by a rule; 0 if it has none.</summary>
    public static double Of(Estimator estimator, WeightedFeedback feedback, ParameterRule rule)
    {
        var candidates = Candidates(estimator, feedback.RowCount);
        if (candidates.Length == 0)
        {
            return 0;
        }

        return rule is ParameterRule.Slope
            ? BySlope(estimator, feedback, candidates)
            : candidates.MinBy(candidate => ErrorBound(estimator, feedback, candidate));
    }

    /// <summary>
    /// variance/n + bias², the bias bounded by |mean((w − ŵ)·(r − q̂))| + √(2·E[w²]·ln(2/δ)/n) + 2·max(w)·ln(2/δ)/(3n) with
    /// δ = 0.05 (Su, Dimakopoulou, Krishnamurthy and Dudík, ICML 2020, as in the Open Bandit Pipeline); q̂ is 0 for the IPS
    /// family.
    /// </summary>
    public static double ErrorBound(Estimator estimator, WeightedFeedback feedback, double parameter)
    {
        var n = (double)feedback.RowCount;
        var kept = Estimators.EffectiveWeights(estimator, feedback, parameter);
        var lost = 0.0;
        for (var i = 0; i < kept.Length; i++)
        {
            var predicted = EstimatorNames.UsesModel(estimator) ? feedback.Predicted[i] : 0;
            lost += (feedback.Weights[i] - kept[i]) * (feedback.Rewards[i] - predicted);
        }

        var log = Math.Log(2 / BiasDelta);
        var squares = TensorPrimitives.SumOfSquares<double>(feedback.Weights) / n;
        var bias = Math.Abs(lost / n)
            + Math.Sqrt(2 * squares * log / n)
            + (2 * TensorPrimitives.Max<double>(feedback.Weights) * log / (3 * n));
        var error = Estimators.Of(estimator, feedback, parameter).StandardError;
        return (error * error) + (bias * bias);
    }

    /// <summary>
    /// SLOPE (Su, Srinath and Krishnamurthy, ICML 2020): candidates from the least biased on, the last that agrees with all
    /// before it. Agreement is judged on the paired differences of the same rows, within 1.96 of their standard errors: the
    /// estimates are so alike in their noise that intervals of each alone, as in the paper, would hide a bias many times larger.
    /// A difference below half of the candidate's own standard error is no matter: it adds at most a quarter to the variance.
    /// </summary>
    static double BySlope(Estimator estimator, WeightedFeedback feedback, double[] candidates)
    {
        var kept = new List<double[]>();
        var chosen = candidates[0];
        foreach (var candidate in candidates)
        {
            var contributions = Estimators.Of(estimator, feedback, candidate);
            if (kept.Exists(earlier => !Agree(contributions, earlier)))
            {
                break;
            }

            kept.Add(contributions.Plain);
            chosen = candidate;
        }

        return chosen;
    }

    static bool Agree(Contributions later, double[] earlier)
    {
        var differences = new double[later.Count];
        TensorPrimitives.Subtract(later.Plain, earlier, differences);
        var paired = new Contributions(differences);
        return !(Math.Abs(paired.Estimate) > Math.Max(SlopeQuantile * paired.StandardError, later.StandardError / 2));
    }
}
