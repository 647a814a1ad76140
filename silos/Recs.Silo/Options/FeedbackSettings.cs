using System.ComponentModel.DataAnnotations;

using Recs.Storage.Folding;

namespace Recs.Silo.Options;

/// <summary>What feedback is taken.</summary>
public sealed record FeedbackSettings
{
    /// <summary>The first event of a decision implies that its slate was shown. Default false.</summary>
    public bool ImplicitImpressions { get; init; }

    /// <summary>
    /// Older decisions take no feedback; so long it is remembered what a shown item has earned, and read again at a start. Default 2.
    /// </summary>
    [Range(1, LogWindow.DecisionDaysMax)]
    public int DecisionDays { get; init; } = LogWindow.DecisionDays;

    /// <summary>Items kept in a viewer's history. Default 200.</summary>
    [Range(1, 10_000)]
    public int HistoryItemsMax { get; init; } = 200;

    /// <summary>Days after which a new key signs decision tokens; older keys still verify. Default 90.</summary>
    [Range(1, 3650)]
    public int TokenKeyDays { get; init; } = 90;
}
