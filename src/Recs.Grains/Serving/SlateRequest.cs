using Recs.Matching.Bandits;

namespace Recs.Grains.Serving;

/// <summary>A validated request for a slate, ids already turned into rows.</summary>
public sealed record SlateRequest
{
    /// <summary>Items wanted, 1-100.</summary>
    public required int Count { get; init; }

    /// <summary>The policy to decide by.</summary>
    public required PolicyKind Policy { get; init; }

    /// <summary>Hash of the viewer's id; empty for an anonymous viewer.</summary>
    public Guid Viewer { get; init; }

    /// <summary>u, unit vector, shape [D]; empty for a viewer without a taste yet.</summary>
    public required float[] Vector { get; init; }

    /// <summary>Where the slate is shown; empty when not said.</summary>
    public string Surface { get; init; } = "";

    /// <summary>Rows that may not be shown: seen and excluded.</summary>
    public int[] Excluded { get; init; } = [];

    /// <summary>Rank only these rows; null for no such list.</summary>
    public int[]? Candidates { get; init; }

    /// <summary>Only items in at least one of these; null for any.</summary>
    public IReadOnlyList<string>? Categories { get; init; }
}
