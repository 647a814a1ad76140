namespace Recs.Schema.Http;

/// <summary>Asks for a slate.</summary>
public sealed record RecommendRequest
{
    /// <summary>Who looks; absent and unknown viewers are served from the context or the population.</summary>
    public string? UserId { get; init; }

    /// <summary>Features of the moment, such as the device.</summary>
    public IReadOnlyDictionary<string, string>? Context { get; init; }

    /// <summary>A vector to use instead of the stored one.</summary>
    public float[]? Embedding { get; init; }

    /// <summary>Items wanted, 1-100.</summary>
    public int Count { get; init; } = 20;

    /// <summary>Where the slate is shown; statistics are kept per surface.</summary>
    public string? Surface { get; init; }

    /// <summary>Rank only these ids.</summary>
    public IReadOnlyList<string>? Candidates { get; init; }

    /// <summary>What must not, or may only, appear.</summary>
    public RecommendFilter? Filter { get; init; }

    /// <summary>Overrides the configured policy.</summary>
    public string? Policy { get; init; }
}
