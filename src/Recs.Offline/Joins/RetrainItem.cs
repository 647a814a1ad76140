namespace Recs.Offline.Joins;

/// <summary>One item of the catalogue as training sees it.</summary>
/// <param name="Row">Catalogue row, ≥ 0, unique.</param>
/// <param name="Id">The caller's id.</param>
/// <param name="CreatedAt">When it came into being: decides what is fresh.</param>
/// <param name="Available">Whether it may be recommended: only available items have edges.</param>
public sealed record RetrainItem(int Row, string Id, DateTimeOffset CreatedAt, bool Available = true)
{
    /// <summary>Categories, possibly none.</summary>
    public string[] Categories { get; init; } = [];

    /// <summary>Who made it, or null.</summary>
    public string? Creator { get; init; }

    /// <summary>Attributes, possibly none.</summary>
    public KeyValuePair<string, string>[] Attributes { get; init; } = [];

    /// <summary>A vector the caller brought, shape [E] or empty.</summary>
    public float[] Embedding { get; init; } = [];
}
