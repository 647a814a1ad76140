namespace Recs.Schema.Http;

/// <summary>A viewer's profile.</summary>
[GenerateSerializer]
[Alias("Recs.UserDocument")]
[Immutable]
public sealed record UserDocument
{
    /// <summary>1-128 characters.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>Anything that describes the viewer.</summary>
    [Id(1)]
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    /// <summary>The caller's own vector, in the space of the items' embeddings.</summary>
    [Id(2)]
    public float[]? Embedding { get; init; }
}
