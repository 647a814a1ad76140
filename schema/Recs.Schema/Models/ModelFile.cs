namespace Recs.Schema.Models;

/// <summary>
/// One model as the offline layer made it and every silo serves it: centroids, item vectors, what folds a viewer in,
/// the prior, and the graph. Pure data; nobody writes to the arrays after construction.
/// </summary>
public sealed record ModelFile
{
    /// <summary>The store's number of this model; 0 before it is stored. Not in the file.</summary>
    public long Version { get; init; }

    /// <summary>Version of the model it was made from; 0 when there was none.</summary>
    public required long Parent { get; init; }

    /// <summary>Number of the family of models that share their cluster ids, from 1.</summary>
    public required int Lineage { get; init; }

    /// <summary>Global id of cluster 0: cluster c of this file is known outside as ClusterIdBase + c.</summary>
    public required int ClusterIdBase { get; init; }

    /// <summary>When the model was made; whole milliseconds.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>D: length of the vectors.</summary>
    public required int Dims { get; init; }

    /// <summary>F: hashed content features.</summary>
    public required int Buckets { get; init; }

    /// <summary>E: length of the embeddings that callers give.</summary>
    public required int Embedding { get; init; }

    /// <summary>Centroids v_c, unit vectors, shape [C x D], row-major.</summary>
    public required float[] Centroids { get; init; }

    /// <summary>Share of the viewers in each cluster, shape [C], each above 0, sum 1.</summary>
    public required float[] Population { get; init; }

    /// <summary>Catalogue rows of the items, shape [n], strictly ascending.</summary>
    public required int[] ItemRows { get; init; }

    /// <summary>Item vectors v_j, shape [n x D], in the order of <see cref="ItemRows"/>; mean length about 1.</summary>
    public required float[] ItemVectors { get; init; }

    /// <summary>G = VᵀV over the items with history, shape [D x D], symmetric; zeros when no item has any.</summary>
    public required float[] Gram { get; init; }

    /// <summary>Map from content features to vectors, shape [(F + E) x D], row-major.</summary>
    public required float[] ContentMap { get; init; }

    /// <summary>α of the fold-in: an item rewarded by r has the confidence 1 + α·r.</summary>
    public required float FoldInAlpha { get; init; }

    /// <summary>λ of the fold-in, in squared units of the item vectors.</summary>
    public required float FoldInRidge { get; init; }

    /// <summary>Conjugate-gradient steps of the fold-in.</summary>
    public required int FoldInSteps { get; init; }

    /// <summary>a of the prior π = σ(a + β⟨u, v⟩), in log-odds: where online learning starts.</summary>
    public required float PriorIntercept { get; init; }

    /// <summary>β of the prior, log-odds per unit of affinity.</summary>
    public required float PriorSlope { get; init; }

    /// <summary>Shown pairs that the prior was fitted to; 0 when there were too few and a and β are only a start.</summary>
    public int PriorPairs { get; init; }

    /// <summary>Edges of cluster c are EdgeStarts[c] to EdgeStarts[c + 1], shape [C + 1].</summary>
    public required int[] EdgeStarts { get; init; }

    /// <summary>Catalogue row of each edge's item, shape [m], strictly ascending within a cluster.</summary>
    public required int[] EdgeRows { get; init; }

    /// <summary>⟨v_c, v_j⟩ of each edge, shape [m].</summary>
    public required float[] EdgeAffinities { get; init; }

    /// <summary>C: number of clusters.</summary>
    public int Clusters => Population.Length;

    /// <summary>n: number of items.</summary>
    public int Items => ItemRows.Length;

    /// <summary>m: number of edges.</summary>
    public int Edges => EdgeRows.Length;

    /// <summary>Catalogue rows of a cluster's edges.</summary>
    public ReadOnlySpan<int> RowsOf(int cluster) => EdgeRows.AsSpan(EdgeStarts[cluster]..EdgeStarts[cluster + 1]);

    /// <summary>Affinities of a cluster's edges, in the same order.</summary>
    public ReadOnlySpan<float> AffinitiesOf(int cluster) =>
        EdgeAffinities.AsSpan(EdgeStarts[cluster]..EdgeStarts[cluster + 1]);

    /// <summary>The vector of item i of this file (not of a catalogue row), shape [D].</summary>
    public ReadOnlySpan<float> VectorOf(int item) => ItemVectors.AsSpan(item * Dims, Dims);

    /// <summary>Index of a catalogue row among the items; negative when the model does not have it. O(log n).</summary>
    public int IndexOf(int row) => Array.BinarySearch(ItemRows, row);
}
