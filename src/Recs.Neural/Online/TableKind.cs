namespace Recs.Neural.Online;

/// <summary>The tables of a model; the number stands in stored pages.</summary>
public enum TableKind : byte
{
    /// <summary>No table: what belongs to no row.</summary>
    None = 0,

    /// <summary>Embeddings by viewer.</summary>
    Viewers = 1,

    /// <summary>Embeddings by item.</summary>
    Items = 2,

    /// <summary>Embeddings by cluster.</summary>
    Clusters = 3,

    /// <summary>Sums by edge; serving has them from the edge tables.</summary>
    Edges = 4,
}
