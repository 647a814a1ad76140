namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>What a log says about a target policy.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Estimates">In the order asked for.</param>
/// <param name="Overlap">How well the log covers the target.</param>
/// <param name="Verdict">Whether the estimates may be acted on.</param>
/// <param name="Model">The reward model that was used.</param>
/// <param name="LoggedValue">The mean reward of the log itself, with its standard error.</param>
public sealed record OffPolicyResult(
    string Target,
    IReadOnlyList<ValueEstimate> Estimates,
    Overlap Overlap,
    Verdict Verdict,
    RewardPredictions Model,
    (double Value, double StandardError) LoggedValue);
