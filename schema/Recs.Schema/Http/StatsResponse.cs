namespace Recs.Schema.Http;

/// <summary>What the silo has done and how it is.</summary>
public sealed record StatsResponse
{
    public required EventStats Events { get; init; }

    public required RecommendStats Recommends { get; init; }

    /// <summary>Items in the catalogue.</summary>
    public required long Items { get; init; }

    /// <summary>Items younger than the configured age.</summary>
    public required long FreshItems { get; init; }

    /// <summary>Fresh items that have earned at least one reward.</summary>
    public required long FreshItemsDiscovered { get; init; }

    /// <summary>Edges of the serving graph.</summary>
    public required long Edges { get; init; }

    /// <summary>Edges with at least one impression.</summary>
    public required long EdgesTouched { get; init; }

    /// <summary>Clusters of the serving graph.</summary>
    public required int Clusters { get; init; }

    /// <summary>Version of the serving graph.</summary>
    public required string GraphVersion { get; init; }

    /// <summary>The configured policy.</summary>
    public required string Policy { get; init; }

    /// <summary>Feedback per policy name.</summary>
    public required IReadOnlyDictionary<string, PolicyStats> Policies { get; init; }

    /// <summary>Feedback per layer that nominated: <c>bandit</c>, <c>candidates</c>, <c>fresh</c>, <c>neural</c>, <c>popular</c>.</summary>
    public required IReadOnlyDictionary<string, LayerStats> Layers { get; init; }

    /// <summary>Sum over partitions of the log's last offset.</summary>
    public required long LogEndOffset { get; init; }

    /// <summary>Seconds since the start.</summary>
    public required double UptimeSeconds { get; init; }
}
