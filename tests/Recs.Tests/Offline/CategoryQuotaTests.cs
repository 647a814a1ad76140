using Recs.Matching.Numerics;
using Recs.Offline.Graphs;

using Xunit;

namespace Recs.Tests.Offline;

public sealed class CategoryQuotaTests
{
    const int Dims = 16;
    const int Items = 300;
    const int Clusters = 10;

    static readonly ParallelOptions Work = new();
    static readonly bool[] All = [.. Enumerable.Repeat(true, Items)];

    readonly float[] _centroids = Vectors(Clusters, 1);
    readonly float[] _vectors = Vectors(Items, 2);

    [Fact]
    public void No_category_holds_more_than_its_share_and_each_holds_its_best()
    {
        // Two thirds of everything is of one category.
        int[] categories = [.. Enumerable.Range(0, Items).Select(item => item % 3 == 0 ? 1 + (item % 4) : 0)];
        var graph = Build(categories, new GraphOptions(40, 0, 0, 0.25));

        for (var cluster = 0; cluster < Clusters; cluster++)
        {
            var edges = Edges(graph, cluster);
            Assert.Equal(40, edges.Length);
            Assert.Equal(10, edges.Count(item => categories[item] == 0));
            Assert.Equal(BestOf(cluster, item => categories[item] == 0, 10).Order(), edges.Where(item => categories[item] == 0));
        }

        var free = Build(categories, new GraphOptions(40, 0, 0));
        Assert.Contains(Enumerable.Range(0, Clusters), cluster => Edges(free, cluster).Count(item => categories[item] == 0) > 10);
    }

    [Fact]
    public void A_quota_is_exceeded_only_where_nothing_else_is_left_and_by_the_best()
    {
        int[] categories = [.. Enumerable.Range(0, Items).Select(item => item < 290 ? 0 : 1)];
        var graph = Build(categories, new GraphOptions(40, 0, 0, 0.5));

        for (var cluster = 0; cluster < Clusters; cluster++)
        {
            var expected = BestOf(cluster, item => item < 290, 30).Concat(Enumerable.Range(290, 10)).Order();
            Assert.Equal(expected, Edges(graph, cluster));
        }
    }

    [Fact]
    public void Items_without_a_category_are_bound_by_no_quota()
    {
        int[] categories = [.. Enumerable.Repeat(CategoryQuota.None, Items)];
        Assert.Equal(Build(categories, new GraphOptions(40, 0, 0)).Items, Build(categories, new GraphOptions(40, 0, 0, 0.1)).Items);
    }

    [Fact]
    public void Fresh_items_and_nearest_clusters_keep_their_edges_beside_a_quota()
    {
        int[] categories = new int[Items];
        bool[] fresh = [.. Enumerable.Range(0, Items).Select(item => item >= 280)];
        var graph = GraphBuilder.Build(
            _centroids, _vectors, Dims, All, fresh, categories, new GraphOptions(20, 2, 5, 0.5), Work);
        Assert.All(Enumerable.Range(0, Clusters), cluster => Assert.True(Edges(graph, cluster).Count(item => item >= 280) >= 5));
        Assert.All(Enumerable.Range(0, Items), item => Assert.Contains(item, graph.Items));
    }

    static int[] Edges(ClusterGraph graph, int cluster) => graph.Items[graph.Starts[cluster]..graph.Starts[cluster + 1]];

    ClusterGraph Build(int[] categories, GraphOptions options) =>
        GraphBuilder.Build(_centroids, _vectors, Dims, All, new bool[Items], categories, options, Work);

    IEnumerable<int> BestOf(int cluster, Func<int, bool> counts, int count) => Enumerable.Range(0, Items).Where(counts)
        .OrderByDescending(item => Enumerable.Range(0, Dims).Sum(d => _centroids[(cluster * Dims) + d] * _vectors[(item * Dims) + d]))
        .Take(count);

    static float[] Vectors(int count, ulong seed)
    {
        var rng = new Rng(seed);
        return [.. Enumerable.Range(0, count * Dims).Select(_ => (float)rng.NextGaussian())];
    }
}
