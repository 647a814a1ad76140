namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>How an off-policy evaluation is made. Immutable.</summary>
public sealed record OffPolicyOptions
{
    /// <summary>The defaults.</summary>
    public static OffPolicyOptions Default { get; } = new();

    /// <summary>The estimators to report.</summary>
    public IReadOnlyList<Estimator> Estimators { get; init; } = EstimatorNames.All;

    /// <summary>Given parameters; the others are chosen by <see cref="Rule"/>.</summary>
    public IReadOnlyDictionary<Estimator, double> Parameters { get; init; } = new Dictionary<Estimator, double>();

    /// <summary>How parameters that are not given are chosen.</summary>
    public ParameterRule Rule { get; init; } = ParameterRule.Slope;

    /// <summary>The reward models to choose from.</summary>
    public IReadOnlyList<RewardModelSpecification> Models { get; init; } = RewardModelSpecification.Candidates;

    /// <summary>Folds of the cross-fitting, at least 2.</summary>
    public int Folds { get; init; } = 5;

    /// <summary>Bootstrap resamples, at least 2.</summary>
    public int Resamples { get; init; } = 2000;

    /// <summary>Probability that an interval should hold the value, in (0, 1).</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Seed of folds and resamples.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// The largest weight that any row could have had, for the empirical Bernstein interval. Null takes the largest seen, and
    /// the interval is then a guide and not a guarantee.
    /// </summary>
    public double? WeightBound { get; init; }

    /// <summary>Where trust ends.</summary>
    public VerdictThresholds Thresholds { get; init; } = VerdictThresholds.Default;
}
