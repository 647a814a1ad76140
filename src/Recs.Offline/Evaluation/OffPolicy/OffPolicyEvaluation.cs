using System.Numerics.Tensors;

namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>Estimates what a target policy would have earned on the requests of a log.</summary>
public static class OffPolicyEvaluation
{
    /// <summary>Model, weights, estimates, intervals, verdict.</summary>
    /// <param name="log">The log, at least as many rows as folds.</param>
    /// <param name="target">Defined for the log's rows.</param>
    /// <param name="options">How.</param>
    /// <exception cref="EvaluationException">The log is too small, or the target is not defined for it.</exception>
    public static OffPolicyResult Run(BanditLog log, TargetPolicy target, OffPolicyOptions options)
    {
        if (target.RowCount != log.RowCount)
        {
            throw new EvaluationException($"{target.Name} has {target.RowCount} rows, {log.Name} has {log.RowCount}");
        }

        var model = CrossFitting.Predict(log, options.Models, options.Folds, options.Seed);
        var feedback = WeightedFeedback.Of(log, target, model.Values);
        var overlap = Overlap.Of(log, target, feedback);
        var logged = new Contributions(log.Rewards);
        return new(
            target.Name,
            Estimate(feedback, options),
            overlap,
            Verdict.Of(overlap, options.Thresholds),
            model,
            (logged.Estimate, logged.StandardError));
    }

    /// <summary>The estimates alone, for feedback whose predictions are already there.</summary>
    public static ValueEstimate[] Estimate(WeightedFeedback feedback, OffPolicyOptions options)
    {
        var parameters = options.Estimators.Select(estimator => ParameterOf(estimator, feedback, options)).ToArray();
        Contributions[] contributions =
        [
            .. options.Estimators.Select((estimator, i) => Estimators.Of(estimator, feedback, parameters[i] ?? 0)),
            Estimators.Ips(feedback),
            Estimators.DoublyRobust(feedback),
        ];
        var bootstraps = Bootstrap.Intervals(contributions, options.Resamples, options.Confidence, options.Seed);
        var (ips, doublyRobust) = (bootstraps[^2], bootstraps[^1]);
        var estimates = new ValueEstimate[parameters.Length];
        for (var i = 0; i < estimates.Length; i++)
        {
            var range = RangeOf(options.Estimators[i], parameters[i], feedback, options.WeightBound);
            estimates[i] = new(
                options.Estimators[i],
                parameters[i],
                contributions[i].Estimate,
                contributions[i].StandardError,
                EstimatorNames.UnshrunkOf(options.Estimators[i]) switch
                {
                    Estimator.Ips => bootstraps[i].Hull(ips),
                    Estimator.DoublyRobust => bootstraps[i].Hull(doublyRobust),
                    _ => bootstraps[i],
                },
                bootstraps[i],
                ConcentrationBounds.Normal(contributions[i], options.Confidence),
                ConcentrationBounds.Bernstein(contributions[i], range, options.Confidence),
                range);
        }

        return estimates;
    }

    static double? ParameterOf(Estimator estimator, WeightedFeedback feedback, OffPolicyOptions options) =>
        EstimatorNames.ParameterOf(estimator) is null ? null
            : options.Parameters.TryGetValue(estimator, out var given) ? given
            : ParameterChoice.Of(estimator, feedback, options.Rule);

    /// <summary>
    /// The length of an interval that holds every contribution, given that rewards lie in [min, max] of the seen ones and 0,
    /// predictions too, and weights in [0, W]: W·span for the IPS family, span + 2·W·span for the DR family.
    /// </summary>
    static double RangeOf(Estimator estimator, double? parameter, WeightedFeedback feedback, double? weightBound)
    {
        var weight = weightBound ?? TensorPrimitives.Max<double>(feedback.Weights);
        var span = Math.Max(0, TensorPrimitives.Max<double>(feedback.Rewards))
            - Math.Min(0, TensorPrimitives.Min<double>(feedback.Rewards));
        var effective = estimator switch
        {
            Estimator.DirectMethod => 0,
            Estimator.ClippedIps or Estimator.SwitchDoublyRobust => Math.Min(weight, parameter ?? weight),
            Estimator.ShrunkDoublyRobust => Math.Min(weight, Math.Sqrt(parameter ?? double.PositiveInfinity) / 2),
            Estimator.ImplicitExplorationIps or Estimator.SubGaussianIps when parameter > 0 => Math.Min(weight, 1 / parameter.Value),
            _ => weight,
        };
        return EstimatorNames.UsesModel(estimator) ? span * (1 + (2 * effective)) : span * effective;
    }
}
