namespace Recs.Schema.Models;

/// <summary>What a model was made from, and what it is made of.</summary>
public sealed record ModelCounts
{
    /// <summary>Items in the model.</summary>
    public required int Items { get; init; }

    /// <summary>Items that can be recommended: those with edges.</summary>
    public required int ItemsAvailable { get; init; }

    /// <summary>Items whose vector comes from feedback.</summary>
    public required int ItemsFromHistory { get; init; }

    /// <summary>Items whose vector comes from their content.</summary>
    public required int ItemsFromContent { get; init; }

    /// <summary>Items without feedback and content: their vector is drawn.</summary>
    public required int ItemsDrawn { get; init; }

    /// <summary>Viewers with at least one reward.</summary>
    public required int Viewers { get; init; }

    /// <summary>Pairs of viewer and item with a reward.</summary>
    public required int Rewarded { get; init; }

    /// <summary>Pairs of viewer and item that were shown without a reward.</summary>
    public required int Unrewarded { get; init; }

    /// <summary>Pairs left out because their item is not in the catalogue any more.</summary>
    public required long Unknown { get; init; }

    /// <summary>Edges of the graph.</summary>
    public required int Edges { get; init; }

    /// <summary>Edges to items that are fresh.</summary>
    public required int EdgesFresh { get; init; }

    /// <summary>Edges that the parent has, too, between the same cluster id and item.</summary>
    public required int EdgesCarried { get; init; }

    /// <summary>Clusters that were empty and moved to where viewers are; their ids stay.</summary>
    public required int ClustersMoved { get; init; }
}
