using Recs.Storage.Folding;

namespace Recs.Grains.Ingest;

/// <summary>What feedback is taken and what it is worth.</summary>
public sealed record FeedbackOptions
{
    /// <summary>The first event of a decision implies that its slate was shown.</summary>
    public bool ImplicitImpressions { get; init; }

    /// <summary>Older decisions take no feedback.</summary>
    public TimeSpan DecisionAgeMax { get; init; } = LogWindow.DecisionAge;

    /// <summary>What each type of event earns.</summary>
    public RewardTable Rewards { get; init; } = new([]);
}
