namespace Recs.Schema.Http;

/// <summary>What a viewer did.</summary>
public sealed record FeedbackEvent
{
    /// <summary>Repeats within 24 h count once.</summary>
    public string? EventId { get; init; }

    /// <summary>impression, click, watch, like, dislike, share, skip or custom:NAME.</summary>
    public required string Type { get; init; }

    /// <summary>The decision that showed the item.</summary>
    public string? DecisionId { get; init; }

    /// <summary>The item; an impression without one means the whole slate.</summary>
    public string? ItemId { get; init; }

    /// <summary>The viewer, for events without a decision.</summary>
    public string? UserId { get; init; }

    /// <summary>Seconds for watch; as configured for custom types.</summary>
    public double? Value { get; init; }

    /// <summary>When it happened; now when absent.</summary>
    public DateTimeOffset? At { get; init; }
}
