using System.Numerics.Tensors;

using Recs.Matching.Clusters;
using Recs.Matching.Contexts;
using Recs.Matching.Graph;
using Recs.Schema.Http;
using Recs.Schema.Messages;
using Recs.Schema.Models;

namespace Recs.Grains.Replication;

/// <summary>One model as this silo serves it: the file's numbers and the live tables that follow from them.</summary>
/// <remarks>Immutable but for the tables, which have one writer per cluster or row.</remarks>
public sealed class ServingModel : IDisposable
{
    readonly ModelFile _file;
    readonly ContentMap _content;
    readonly FoldInOptions _foldIn;
    readonly long[] _cumulative;

    /// <summary>Builds the tables of a model; every edge is untried until the shards have filled them.</summary>
    /// <param name="file">The model.</param>
    /// <param name="epochs">The process's reclamation.</param>
    /// <param name="limits">Named limits of the graph.</param>
    public ServingModel(ModelFile file, ReaderEpochs epochs, EdgeTableLimits limits)
    {
        _file = file;
        _content = new ContentMap(file.Buckets, file.Embedding, file.Dims, file.ContentMap);
        _foldIn = new FoldInOptions { Alpha = file.FoldInAlpha, Ridge = file.FoldInRidge, Steps = file.FoldInSteps };
        _cumulative = new long[file.Clusters];
        ClusterAssignment.Accumulate(file.Population, _cumulative);
        Table = new EdgeTable(epochs, [.. Enumerable.Range(0, file.Clusters).Select(Edges)], limits);
        Vectors = new VectorTable(limits.RowsMax, file.Dims);
        Index = new ItemIndex(file.Centroids.ToArray(), Vectors);
        for (var item = 0; item < file.Items; item++)
        {
            Vectors.Write(file.ItemRows[item], file.VectorOf(item));
        }
    }

    /// <summary>Version of the model and its graph.</summary>
    public long Version => _file.Version;

    /// <summary>D: length of vectors.</summary>
    public int Dims => _file.Dims;

    /// <summary>Clusters of the graph.</summary>
    public int Clusters => _file.Clusters;

    /// <summary>Global id of the graph's cluster 0.</summary>
    public int ClusterIdBase => _file.ClusterIdBase;

    /// <summary>Length of given embeddings that the model understands.</summary>
    public int EmbeddingLength => _file.Embedding;

    /// <summary>Live edges; its cluster 0 is <see cref="ClusterIdBase"/>.</summary>
    public EdgeTable Table { get; }

    /// <summary>Item vectors by catalogue row.</summary>
    public VectorTable Vectors { get; }

    /// <summary>Items by vector and age.</summary>
    public ItemIndex Index { get; }

    /// <summary>Running sum of the population's weights over clusters, shape [C].</summary>
    public ReadOnlySpan<long> Population => _cumulative;

    /// <summary>Centroids v_c, shape [C x D].</summary>
    public ReadOnlySpan<float> Centroids => _file.Centroids;

    /// <summary>Whether the model was trained with the item of a row.</summary>
    public bool Knows(int row) => _file.IndexOf(row) >= 0;

    /// <summary>Whether a global cluster id belongs to this graph.</summary>
    public bool Has(int cluster) => (uint)(cluster - ClusterIdBase) < (uint)Clusters;

    /// <summary>The content vector of an item.</summary>
    /// <returns>False when there is nothing to tell it by; the vector is zeros then.</returns>
    public bool Encode(ItemDocument item, Span<float> vector) => Encode(
        new Content
        {
            Categories = item.Categories is null ? [] : [.. item.Categories],
            Creator = item.Creator,
            Attributes = item.Attributes is null ? [] : [.. item.Attributes],
            Embedding = Fitting(item.Embedding),
        },
        vector);

    /// <summary>The vector of a viewer by what the caller says of the moment.</summary>
    /// <param name="embedding">A given vector, or null.</param>
    /// <param name="context">Features of the moment, or null.</param>
    /// <returns>A unit vector, or empty when nothing was said.</returns>
    public float[] Vector(float[]? embedding, IReadOnlyDictionary<string, string>? context)
    {
        var vector = new float[Dims];
        var content = new Content { Attributes = context is null ? [] : [.. context], Embedding = Fitting(embedding) };
        return Encode(content, vector) ? vector : [];
    }

    /// <summary>The vector of a viewer: folded in from what was liked, else from the profile.</summary>
    /// <returns>A unit vector, or empty for a viewer without a taste yet.</returns>
    public float[] Vector(UserDocument? profile, IReadOnlyList<HistoryUpdate> history)
    {
        var liked = history.Where(entry => entry.Reward > 0 && entry.Row < Vectors.RowsMax).ToArray();
        if (profile?.Embedding is { } given && given.Length == EmbeddingLength)
        {
            return Vector(given, profile.Attributes);
        }

        if (liked.Length == 0)
        {
            return Vector(null, profile?.Attributes);
        }

        var rows = Enumerable.Range(0, liked.Length).ToArray();
        var vectors = new float[liked.Length * Dims];
        foreach (var row in rows)
        {
            Vectors.Row(liked[row].Row).CopyTo(vectors.AsSpan(row * Dims));
        }

        var rewards = liked.Select(entry => entry.Reward / 65535f).ToArray();
        var viewer = new float[Dims];
        return FoldIn.TryFold(
            _file.Gram, vectors, rows, rewards, _foldIn, new float[rows.Length], new int[rows.Length], new float[3 * Dims], viewer)
            ? viewer
            : [];
    }

    /// <summary>The clusters nearest to an item, with the affinity of each.</summary>
    /// <param name="vector">The item's vector; zeros leave the choice to <paramref name="row"/>.</param>
    /// <param name="count">Clusters wanted.</param>
    /// <param name="row">Spreads items without content over all clusters.</param>
    public (int Cluster, float Affinity)[] Nearest(ReadOnlySpan<float> vector, int count, int row)
    {
        var all = new (int Cluster, float Affinity)[Clusters];
        for (var place = 0; place < all.Length; place++)
        {
            var cluster = (place + row) % all.Length;
            all[place] = (ClusterIdBase + cluster, TensorPrimitives.Dot(Centroids.Slice(cluster * Dims, Dims), vector));
        }

        return [.. all.OrderByDescending(entry => entry.Affinity).Take(count)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Table.Dispose();
        Vectors.Dispose();
    }

    ReadOnlySpan<float> Fitting(float[]? embedding) => embedding?.Length == EmbeddingLength ? embedding : [];

    bool Encode(scoped in Content content, Span<float> vector)
    {
        Span<float> features = new float[_content.Features];
        return ContentFeatures.Encode(content, _content.Buckets, features) && _content.Apply(features, vector);
    }

    ReadOnlyMemory<GraphEdge> Edges(int cluster)
    {
        var rows = _file.RowsOf(cluster);
        var affinities = _file.AffinitiesOf(cluster);
        var edges = new GraphEdge[rows.Length];
        for (var edge = 0; edge < edges.Length; edge++)
        {
            edges[edge] = new GraphEdge(rows[edge], affinities[edge]);
        }

        // The table keeps the first ones where a cluster is too full.
        Array.Sort(edges, (left, right) => right.Affinity.CompareTo(left.Affinity));
        return edges;
    }
}
