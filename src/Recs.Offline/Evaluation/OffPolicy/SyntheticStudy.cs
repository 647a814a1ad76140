namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>Estimates many logs of a world with a known truth: bias, error and coverage of every estimator.</summary>
public static class SyntheticStudy
{
    /// <summary>Runs a study. O(logs · evaluation); logs are independent, so any number of threads gives the same figures.</summary>
    /// <param name="world">The world.</param>
    /// <param name="request">How many logs, and what is wrong in them.</param>
    /// <param name="options">How each is evaluated; its seed is the first log's.</param>
    /// <param name="parallelism">Logs at the same time.</param>
    public static StudyLine[] Run(SyntheticWorld world, StudyRequest request, OffPolicyOptions options, int parallelism = 1)
    {
        var bounded = options with { WeightBound = world.WeightBound / request.PropensityFactor };
        var outcomes = new ValueEstimate[request.Logs][];
        Parallel.For(
            0,
            request.Logs,
            new ParallelOptions { MaxDegreeOfParallelism = parallelism },
            index => outcomes[index] = Evaluate(world, request, bounded with { Seed = options.Seed + index }));
        return [.. options.Estimators.Select((_, i) => Line(world.TargetValue, [.. outcomes.Select(outcome => outcome[i])]))];
    }

    static ValueEstimate[] Evaluate(SyntheticWorld world, StudyRequest request, OffPolicyOptions options)
    {
        var (log, target, means) = world.Draw(request.Rows, options.Seed);
        log = log with { Propensities = [.. log.Propensities.Select(p => Math.Min(1, p * request.PropensityFactor))] };
        var predictions = request.Model switch
        {
            ModelQuality.True => means,
            ModelQuality.Wrong => CrossFitting.Constant(log, 1).Values,
            _ => CrossFitting.Predict(log, options.Models, options.Folds, options.Seed).Values,
        };
        return OffPolicyEvaluation.Estimate(WeightedFeedback.Of(log, target, predictions), options);
    }

    static StudyLine Line(double truth, ValueEstimate[] estimates)
    {
        var errors = Interval.Of([.. estimates.Select(estimate => estimate.Value - truth)]);
        return new(
            estimates[0].Estimator,
            errors.Mean,
            errors.StandardError,
            Math.Sqrt(estimates.Average(estimate => (estimate.Value - truth) * (estimate.Value - truth))),
            Share(estimates, estimate => estimate.Interval.Cover(truth)),
            Share(estimates, estimate => estimate.Bootstrap.Cover(truth)),
            Share(estimates, estimate => estimate.Normal.Cover(truth)),
            estimates[0].Bernstein is null ? null : Share(estimates, estimate => estimate.Bernstein!.Value.Cover(truth)));
    }

    static double Share(ValueEstimate[] estimates, Func<ValueEstimate, bool> covers) =>
        estimates.Count(covers) / (double)estimates.Length;
}
