namespace Recs.Grains.Ingest;

/// <summary>What feedback is taken and what it is worth.</summary>
public sealed record FeedbackOptions
{
    /// <summary>The first event of a decision implies that its slate was shown.</summary>
    public bool ImplicitImpressions { get; init; }

    /// <summary>Older decisions take no feedback.</summary>
    public TimeSpan DecisionAgeMax { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Reward rule per type of event: <c>click</c>, <c>watch</c>, … or <c>custom:NAME</c>.</summary>
    public IReadOnlyDictionary<string, RewardRule> Rewards { get; init; } = new Dictionary<string, RewardRule>(StringComparer.Ordinal);
}
