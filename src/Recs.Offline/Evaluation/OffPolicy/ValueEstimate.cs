namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>One estimator's answer.</summary>
/// <param name="Estimator">Which.</param>
/// <param name="Parameter">λ or α; null if it has none.</param>
/// <param name="Value">The estimate, in units of the reward per row; not a number if every weight is 0.</param>
/// <param name="StandardError">Of the mean, or by the delta method.</param>
/// <param name="Interval">
/// What to go by. The bootstrap interval; for an estimator that trades bias for variance, the hull of its own and that of IPS
/// or DR, because its own tells nothing about its bias.
/// </param>
/// <param name="Bootstrap">Percentile bootstrap interval: of chance alone, whatever the bias.</param>
/// <param name="Normal">Normal interval.</param>
/// <param name="Bernstein">Empirical Bernstein interval; null for ratios.</param>
/// <param name="Range">The length of the interval assumed to hold every contribution, for <paramref name="Bernstein"/>.</param>
public sealed record ValueEstimate(
    Estimator Estimator,
    double? Parameter,
    double Value,
    double StandardError,
    Bounds Interval,
    Bounds Bootstrap,
    Bounds Normal,
    Bounds? Bernstein,
    double Range);
