namespace Recs.Offline.Joins;

/// <summary>Shown items that are no rows of <see cref="BanditFeedback"/>, by reason; each counts for its first reason only.</summary>
public sealed record FeedbackDrops
{
    /// <summary>Decided less than an attribution window ago: rewards may still come.</summary>
    public long NotMatured { get; init; }

    /// <summary>A reward came, and the log does not say that the item was shown.</summary>
    public long NoImpression { get; init; }

    /// <summary>The item is not in the catalogue any more.</summary>
    public long UnknownItem { get; init; }

    /// <summary>The propensity is not in (0, 1]: nothing can be reweighted by it.</summary>
    public long NoPropensity { get; init; }

    /// <summary>The decision had no active cluster.</summary>
    public long NoContext { get; init; }

    /// <summary>Left out for memory: decided before the most recent ones that are kept.</summary>
    public long TooOld { get; init; }

    /// <summary>All of them.</summary>
    public long Total => NotMatured + NoImpression + UnknownItem + NoPropensity + NoContext + TooOld;
}
