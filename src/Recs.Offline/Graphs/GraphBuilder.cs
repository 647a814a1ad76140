using System.Numerics.Tensors;
using Recs.Offline.Clustering;

namespace Recs.Offline.Graphs;

/// <summary>
/// Which items a cluster can nominate: its W best by inner product (Online Matching, Yi et al., RecSys 2023), its best
/// fresh ones, and every item that has it among its nearest clusters, so that each available item can be reached.
/// </summary>
public static class GraphBuilder
{
    /// <summary>Builds the graph.</summary>
    /// <param name="centroids">Shape [C x D], row-major.</param>
    /// <param name="vectors">Item vectors, shape [n x D], row-major.</param>
    /// <param name="dims">D.</param>
    /// <param name="available">Which items may have edges, shape [n].</param>
    /// <param name="fresh">Which items are fresh, shape [n].</param>
    /// <param name="categories">Category of each item, 0 and up, or <see cref="CategoryQuota.None"/>; shape [n].</param>
    /// <param name="options">How many edges.</param>
    /// <param name="work">Threads and cancellation.</param>
    /// <remarks>2·C·n·D multiply-adds.</remarks>
    public static ClusterGraph Build(
        float[] centroids, float[] vectors, int dims, bool[] available, bool[] fresh, int[] categories,
        GraphOptions options, ParallelOptions work)
    {
        var edges = new List<int>[centroids.Length / dims];
        for (var cluster = 0; cluster < edges.Length; cluster++)
        {
            edges[cluster] = new List<int>(options.EdgesPerCluster + options.FreshEdges);
        }

        var all = Where(available.Length, item => available[item]);
        var best = Gather(vectors, dims, all);
        if (options.CategoryShareMax < 1)
        {
            int[] kinds = [.. all.Select(item => categories[item])];
            Add(CategoryQuota.Find(centroids, best, dims, kinds, options.EdgesPerCluster, options.CategoryMost, work), all, edges);
        }
        else
        {
            AddBest(centroids, best, dims, all, options.EdgesPerCluster, edges, work);
        }

        Attach(centroids, best, dims, all, options.AttachClusters, edges, work);
        var young = Where(available.Length, item => available[item] && fresh[item]);
        AddBest(centroids, Gather(vectors, dims, young), dims, young, options.FreshEdges, edges, work);
        return Compact(centroids, vectors, dims, fresh, edges, work);
    }

    static void AddBest(
        float[] centroids, float[] candidates, int dims, int[] items, int count, List<int>[] edges, ParallelOptions work)
    {
        if (items.Length > 0 && count > 0)
        {
            Add(TopInner.Find(centroids, new Panels(candidates, dims), Math.Min(count, items.Length), work), items, edges);
        }
    }

    static void Add(ScoredTarget[][] best, int[] items, List<int>[] edges)
    {
        for (var cluster = 0; cluster < edges.Length; cluster++)
        {
            foreach (var (target, _) in best[cluster])
            {
                edges[cluster].Add(items[target]);
            }
        }
    }

    static void Attach(
        float[] centroids, float[] candidates, int dims, int[] items, int count, List<int>[] edges, ParallelOptions work)
    {
        if (items.Length == 0 || count == 0)
        {
            return;
        }

        var nearest = TopInner.Find(candidates, new Panels(centroids, dims), Math.Min(count, edges.Length), work);
        for (var i = 0; i < items.Length; i++)
        {
            foreach (var (cluster, _) in nearest[i])
            {
                edges[cluster].Add(items[i]);
            }
        }
    }

    /// <summary>Sorts each cluster's items, drops repeats, and computes every affinity the same way.</summary>
    static ClusterGraph Compact(
        float[] centroids, float[] vectors, int dims, bool[] fresh, List<int>[] edges, ParallelOptions work)
    {
        Parallel.For(0, edges.Length, work, cluster =>
        {
            var list = edges[cluster];
            list.Sort();
            var kept = 0;
            for (var i = 0; i < list.Count; i++)
            {
                if (i == 0 || list[i] != list[kept - 1])
                {
                    list[kept++] = list[i];
                }
            }

            list.RemoveRange(kept, list.Count - kept);
        });

        var starts = new int[edges.Length + 1];
        for (var cluster = 0; cluster < edges.Length; cluster++)
        {
            starts[cluster + 1] = checked(starts[cluster] + edges[cluster].Count);
        }

        var items = new int[starts[^1]];
        var affinities = new float[starts[^1]];
        Parallel.For(0, edges.Length, work, cluster =>
        {
            edges[cluster].CopyTo(items, starts[cluster]);
            var centroid = centroids.AsSpan(cluster * dims, dims);
            for (var edge = starts[cluster]; edge < starts[cluster + 1]; edge++)
            {
                affinities[edge] = TensorPrimitives.Dot<float>(centroid, vectors.AsSpan(items[edge] * dims, dims));
            }
        });
        return new(starts, items, affinities, items.Count(item => fresh[item]));
    }

    static int[] Where(int count, Func<int, bool> holds) => Enumerable.Range(0, count).Where(holds).ToArray();

    internal static float[] Gather(float[] vectors, int dims, int[] items)
    {
        if ((long)items.Length * dims == vectors.Length)
        {
            return vectors;
        }

        var gathered = new float[items.Length * dims];
        for (var i = 0; i < items.Length; i++)
        {
            vectors.AsSpan(items[i] * dims, dims).CopyTo(gathered.AsSpan(i * dims));
        }

        return gathered;
    }
}
