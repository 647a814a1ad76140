using Recs.Matching.Graph;
using Recs.Matching.Numerics;

namespace Recs.Benchmarks;

/// <summary>A graph of 2,000 clusters with 1,000 tried edges each over 100,000 items, and requests of 10 clusters.</summary>
sealed class BenchmarkWorld : IDisposable
{
    public const int Items = 100_000;
    public const int Clusters = 2_000;
    public const int EdgesPerCluster = 1_000;
    public const int Active = 10;
    public const int Dimensions = 64;
    public const int Requests = 512;
    const int Neighbourhood = 4_000;

    Rng _rng = new(1);

    /// <param name="isNear">
    /// True: clusters near each other share items, and a request's clusters are near each other, as embeddings make
    /// it. False: edges and requests are drawn uniformly, the worst case for every cache.
    /// </param>
    public BenchmarkWorld(bool isNear)
    {
        Graph = Draw(isNear);
        Table = new EdgeTable(
            Epochs,
            [.. Graph.Select(rows => new ReadOnlyMemory<GraphEdge>([.. rows.Select(row => new GraphEdge(row, _rng.NextSingle()))]))],
            new EdgeTableLimits { RowsMax = Items });
        for (var cluster = 0; cluster < Clusters; cluster++)
        {
            foreach (var row in Graph[cluster])
            {
                var d = 0.1f + (5 * _rng.NextSingle());
                _ = Table.Write(cluster, row, new EdgeValue(d, d * _rng.NextSingle(), 3 * d, d * (_rng.NextSingle() - 0.5f)));
            }
        }

        FillItems();
        for (var request = 0; request < Requests; request++)
        {
            var centre = _rng.NextInt(Clusters);
            ActiveClusters[request] = [.. isNear
                ? Enumerable.Range(0, Active).Select(k => (centre + (3 * k)) % Clusters)
                : Distinct(Active, Clusters)];
            Weights[request] = [.. Enumerable.Range(0, Active).Select(k => 1f / (k + 2))];
            Users[request] = [.. Enumerable.Range(0, Dimensions).Select(_ => (float)_rng.NextGaussian() / 8)];
        }
    }

    public ReaderEpochs Epochs { get; } = new();

    public EdgeTable Table { get; }

    public ItemTable ItemTable { get; } = new(Items);

    public VectorTable Vectors { get; } = new(Items, Dimensions);

    public int[][] Graph { get; }

    public int[][] ActiveClusters { get; } = new int[Requests][];

    public float[][] Weights { get; } = new float[Requests][];

    public float[][] Users { get; } = new float[Requests][];

    public int NextInt(int bound) => _rng.NextInt(bound);

    public void Dispose()
    {
        Table.Dispose();
        ItemTable.Dispose();
        Vectors.Dispose();
    }

    int[][] Draw(bool isNear)
    {
        var shuffled = Distinct(Items, Items);
        var graph = new int[Clusters][];
        for (var cluster = 0; cluster < Clusters; cluster++)
        {
            var start = cluster * (Items / Clusters);
            graph[cluster] = isNear
                ? [.. Distinct(EdgesPerCluster, Neighbourhood).Select(at => shuffled[(start + at) % Items])]
                : Distinct(EdgesPerCluster, Items);
        }

        return graph;
    }

    int[] Distinct(int count, int bound)
    {
        var drawn = Enumerable.Range(0, bound).ToArray();
        for (var at = 0; at < count; at++)
        {
            var pick = at + _rng.NextInt(bound - at);
            (drawn[at], drawn[pick]) = (drawn[pick], drawn[at]);
        }

        return drawn[..count];
    }

    void FillItems()
    {
        var vector = new float[Dimensions];
        for (var row = 0; row < Items; row++)
        {
            var n = _rng.NextInt(100);
            ItemTable.WriteState(row, new ItemState(true, long.MaxValue, 0, 1));
            ItemTable.WriteTotals(row, new ItemTotals(n, n * _rng.NextSingle(), n / 2f));
            for (var at = 0; at < Dimensions; at++)
            {
                vector[at] = (float)_rng.NextGaussian() / 8;
            }

            Vectors.Write(row, vector);
        }
    }
}
