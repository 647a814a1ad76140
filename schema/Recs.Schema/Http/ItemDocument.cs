namespace Recs.Schema.Http;

/// <summary>An item of the catalogue, as a caller upserts and reads it.</summary>
[GenerateSerializer]
[Alias("Recs.ItemDocument")]
[Immutable]
public sealed record ItemDocument
{
    /// <summary>1-128 characters.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>When the item came into being; the first upsert's time when absent.</summary>
    [Id(1)]
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>What the item is about; filters name these.</summary>
    [Id(2)]
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>Who made it.</summary>
    [Id(3)]
    public string? Creator { get; init; }

    /// <summary>Anything else that describes it.</summary>
    [Id(4)]
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    /// <summary>The caller's own vector; every item's has the same length.</summary>
    [Id(5)]
    public float[]? Embedding { get; init; }

    /// <summary>False takes the item out of every slate.</summary>
    [Id(6)]
    public bool Available { get; init; } = true;

    /// <summary>From then on the item is in no slate.</summary>
    [Id(7)]
    public DateTimeOffset? ExpiresAt { get; init; }
}
