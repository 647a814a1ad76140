namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>The off-policy estimators, one row of contributions per logged row. All are O(n).</summary>
/// <remarks>
/// Direct method, IPS and DR: Dudík, Langford and Li (ICML 2011). Self-normalised: Swaminathan and Joachims (NIPS 2015).
/// SWITCH: Wang, Agarwal and Dudík (ICML 2017). Optimistic shrinkage: Su, Dimakopoulou, Krishnamurthy and Dudík (ICML 2020).
/// Implicit exploration: Gabbianelli, Neu and Papini (ALT 2024), as in Sequential CRM (arXiv 2302.12120). Sub-Gaussian:
/// Metelli, Russo and Restelli (NeurIPS 2021). Names follow the Open Bandit Pipeline. IPS and DR are unbiased if every
/// action of the target has a recorded propensity above 0; SNIPS and SNDR are consistent; the others trade bias for variance.
/// </remarks>
public static class Estimators
{
    /// <summary>mean q̂(x, π_e). Biased by whatever the model gets wrong on the target's actions.</summary>
    public static Contributions DirectMethod(WeightedFeedback feedback) => new(feedback.PredictedTarget);

    /// <summary>mean w·r.</summary>
    public static Contributions Ips(WeightedFeedback feedback) => Weighted(feedback, feedback.Weights);

    /// <summary>mean min(w, λ)·r.</summary>
    public static Contributions ClippedIps(WeightedFeedback feedback, double lambda) =>
        Weighted(feedback, EffectiveWeights(Estimator.ClippedIps, feedback, lambda));

    /// <summary>Σ w·r / Σ w.</summary>
    public static Contributions SelfNormalisedIps(WeightedFeedback feedback) =>
        new(new double[feedback.RowCount], Products(feedback.Weights, feedback.Rewards), feedback.Weights);

    /// <summary>mean r·π_e/(π_b + α·π_e).</summary>
    public static Contributions ImplicitExplorationIps(WeightedFeedback feedback, double alpha) =>
        Weighted(feedback, EffectiveWeights(Estimator.ImplicitExplorationIps, feedback, alpha));

    /// <summary>mean r·w/(1 − λ + λw), λ in [0, 1].</summary>
    public static Contributions SubGaussianIps(WeightedFeedback feedback, double lambda) =>
        Weighted(feedback, EffectiveWeights(Estimator.SubGaussianIps, feedback, lambda));

    /// <summary>mean[ q̂(x, π_e) + w·(r − q̂(x, a)) ].</summary>
    public static Contributions DoublyRobust(WeightedFeedback feedback) => Corrected(feedback, feedback.Weights);

    /// <summary>mean q̂(x, π_e) + Σ w·(r − q̂(x, a)) / Σ w.</summary>
    public static Contributions SelfNormalisedDoublyRobust(WeightedFeedback feedback) =>
        new(feedback.PredictedTarget, Products(feedback.Weights, Residuals(feedback)), feedback.Weights);

    /// <summary>mean[ q̂(x, π_e) + w·(r − q̂(x, a))·1{w ≤ λ} ]; λ = 0 is the direct method, ∞ is DR.</summary>
    public static Contributions SwitchDoublyRobust(WeightedFeedback feedback, double lambda) =>
        Corrected(feedback, EffectiveWeights(Estimator.SwitchDoublyRobust, feedback, lambda));

    /// <summary>mean[ q̂(x, π_e) + (r − q̂(x, a))·λw/(w² + λ) ]; λ = 0 is the direct method, ∞ is DR.</summary>
    public static Contributions ShrunkDoublyRobust(WeightedFeedback feedback, double lambda) =>
        Corrected(feedback, EffectiveWeights(Estimator.ShrunkDoublyRobust, feedback, lambda));

    /// <summary>The contributions of an estimator chosen at run time.</summary>
    /// <param name="estimator">Which.</param>
    /// <param name="feedback">The rows.</param>
    /// <param name="parameter">λ or α ≥ 0; ignored by estimators without one.</param>
    public static Contributions Of(Estimator estimator, WeightedFeedback feedback, double parameter) => estimator switch
    {
        Estimator.DirectMethod => DirectMethod(feedback),
        Estimator.Ips => Ips(feedback),
        Estimator.ClippedIps => ClippedIps(feedback, parameter),
        Estimator.SelfNormalisedIps => SelfNormalisedIps(feedback),
        Estimator.ImplicitExplorationIps => ImplicitExplorationIps(feedback, parameter),
        Estimator.SubGaussianIps => SubGaussianIps(feedback, parameter),
        Estimator.DoublyRobust => DoublyRobust(feedback),
        Estimator.SelfNormalisedDoublyRobust => SelfNormalisedDoublyRobust(feedback),
        Estimator.SwitchDoublyRobust => SwitchDoublyRobust(feedback, parameter),
        Estimator.ShrunkDoublyRobust => ShrunkDoublyRobust(feedback, parameter),
        _ => throw new ArgumentOutOfRangeException(nameof(estimator)),
    };

    /// <summary>The weights an estimator gives rewards or residuals after its own clipping, shape [n].</summary>
    public static double[] EffectiveWeights(Estimator estimator, WeightedFeedback feedback, double parameter)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(parameter);
        var weights = new double[feedback.RowCount];
        for (var i = 0; i < weights.Length; i++)
        {
            var weight = feedback.Weights[i];
            weights[i] = estimator switch
            {
                Estimator.DirectMethod => 0,
                Estimator.ClippedIps => Math.Min(weight, parameter),
                Estimator.ImplicitExplorationIps => feedback.Target[i] / (feedback.Behavior[i] + (parameter * feedback.Target[i])),
                Estimator.SubGaussianIps => weight > 0 ? weight / (1 - parameter + (parameter * weight)) : 0,
                Estimator.SwitchDoublyRobust => weight <= parameter ? weight : 0,
                Estimator.ShrunkDoublyRobust => Shrunk(weight, parameter),
                _ => weight,
            };
        }

        return weights;
    }

    static double Shrunk(double weight, double lambda) => double.IsPositiveInfinity(lambda)
        ? weight
        : weight > 0 ? lambda * weight / ((weight * weight) + lambda) : 0;

    static Contributions Weighted(WeightedFeedback feedback, double[] weights) => new(Products(weights, feedback.Rewards));

    static Contributions Corrected(WeightedFeedback feedback, double[] weights)
    {
        var values = Products(weights, Residuals(feedback));
        for (var i = 0; i < values.Length; i++)
        {
            values[i] += feedback.PredictedTarget[i];
        }

        return new(values);
    }

    static double[] Residuals(WeightedFeedback feedback) =>
        [.. feedback.Rewards.Zip(feedback.Predicted, (reward, predicted) => reward - predicted)];

    static double[] Products(double[] left, double[] right) => [.. left.Zip(right, (a, b) => a * b)];
}
