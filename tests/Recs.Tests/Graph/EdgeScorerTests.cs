using CsCheck;
using Recs.Matching.Bandits;
using Recs.Matching.Graph;
using Recs.Matching.Slates;
using Xunit;

namespace Recs.Tests.Graph;

public sealed class EdgeScorerTests
{
    static readonly Gen<ScoringOptions> DiagonalOptions = Gen.Select(
        AnyOf(PolicyKind.DiagUcb, PolicyKind.DiagTs),
        AnyOf(UnexploredEdgePolicy.InfiniteItem, UnexploredEdgePolicy.PriorVariance),
        Gen.Bool,
        AnyOf(0f, 0.3f, 1f),
        AnyOf(0.5f, 1f),
        (policy, unexplored, normalise, alpha, precision) => new ScoringOptions
        {
            Policy = policy,
            Unexplored = unexplored,
            NormaliseByMatchedEdges = normalise,
            Alpha = alpha,
            PriorPrecision = precision,
            PriorIntercept = -0.5f,
            PriorSlope = 0.7f,
        });

    static readonly Gen<ScoringOptions> HierarchicalOptions = Gen.Select(
        AnyOf(PolicyKind.HierUcb, PolicyKind.HierTs),
        AnyOf(0f, 0.2f, 1f),
        AnyOf(2f, 16f),
        (policy, alpha, shrinkage) => new ScoringOptions
        {
            Policy = policy,
            Alpha = alpha,
            EdgeShrinkage = shrinkage,
            PriorIntercept = -0.5f,
            PriorSlope = 0.7f,
        });

    static readonly Gen<(ulong Seed, int Count, bool Filter)> Requests =
        Gen.Select(Gen.ULong, Gen.Int[1, 40], Gen.Bool, (seed, count, filter) => (seed, count, filter));

    [Fact]
    public void The_diagonal_policies_keep_what_a_full_sort_would_keep() =>
        Gen.Select(Requests, DiagonalOptions).Sample((request, options) =>
        {
            using var world = new ScoringWorld(request.Seed) { Categories = request.Filter ? 3UL : 0 };
            AssertBest(world, Top(world, options, request.Count), world.ActiveRows(), options, request.Count, true);
        });

    [Fact]
    public void The_hierarchical_policies_keep_what_a_full_sort_would_keep_when_all_are_scored_again() =>
        Gen.Select(Requests, HierarchicalOptions).Sample((request, options) =>
        {
            using var world = new ScoringWorld(request.Seed) { Categories = request.Filter ? 3UL : 0 };
            var all = options with { RerankCount = world.Rows };
            AssertBest(world, Top(world, all, request.Count), world.ActiveRows(), options, request.Count, true);
        });

    [Fact]
    public void Without_vectors_the_prior_comes_from_the_edges_affinities() =>
        Gen.Select(Requests, HierarchicalOptions).Sample((request, options) =>
        {
            using var world = new ScoringWorld(request.Seed) { Categories = request.Filter ? 3UL : 0 };
            var top = Top(world, options, request.Count, withVectors: false);
            AssertBest(world, top, world.ActiveRows(), options, request.Count, false);
        });

    [Fact]
    public void Scoring_only_the_best_again_never_misses_the_best_of_those() =>
        Gen.Select(Requests, HierarchicalOptions).Sample((request, options) =>
        {
            using var world = new ScoringWorld(request.Seed);
            var few = options with { RerankCount = request.Count + 3 };
            var top = Top(world, few, request.Count);
            var best = world.ActiveRows().Where(world.IsEligible)
                .OrderByDescending(row => world.Belief(row, options, exactPrior: false).Score)
                .Take(few.RerankCount)
                .Select(row => world.Belief(row, options).Score)
                .OrderDescending()
                .Take(request.Count)
                .ToList();
            Assert.Equal(best.Count, top.Length);
            Assert.All(top.Zip(best), pair => Assert.True(pair.First.Score > pair.Second - 1e-4));
            Assert.All(top, candidate => Assert.Equal(world.Belief(candidate.Item, options).Score, candidate.Score, 1e-4));
        });

    [Fact]
    public void A_given_list_is_scored_as_a_full_sort_of_it_would_be() =>
        Gen.Select(Requests, Gen.OneOf(DiagonalOptions, HierarchicalOptions), Gen.Bool).Sample((request, options, few) =>
        {
            using var world = new ScoringWorld(request.Seed) { Categories = request.Filter ? 3UL : 0 };
            var rows = Enumerable.Range(-2, world.Rows + 9).Where(_ => !few || world.Rng.NextInt(40) == 0)
                .OrderBy(_ => world.Rng.Next()).ToArray();
            var top = new Candidate[request.Count];
            var found = EdgeScorer.TopOf(
                world.Table, world.Items, world.Vectors, world.Clusters, world.Weights, world.User, options,
                world.Eligibility, rows, Layer.Candidates, top, world.Work, ref world.Rng);
            Assert.All(top[..found], candidate => Assert.Equal(Layer.Candidates, candidate.Source));
            AssertBest(world, top[..found], rows, options, request.Count, true);
        });

    [Fact]
    public void One_workspace_serves_request_after_request()
    {
        using var first = new ScoringWorld(11);
        var options = new ScoringOptions { Policy = PolicyKind.HierUcb, RerankCount = 1000 };
        var diagonal = new ScoringOptions { Policy = PolicyKind.DiagUcb };
        for (var request = 0; request < 50; request++)
        {
            AssertBest(first, Top(first, options, 10), first.ActiveRows(), options, 10, true);
            AssertBest(first, Top(first, diagonal, 10), first.ActiveRows(), diagonal, 10, true);
        }
    }

    [Fact]
    public void Items_tied_at_infinity_are_drawn_uniformly()
    {
        using var world = new ScoringWorld(5);
        var edges = Enumerable.Range(0, 200).Select(row => new GraphEdge(row, 0)).ToArray();
        using var items = new ItemTable(200);
        for (var row = 0; row < 200; row++)
        {
            items.WriteState(row, new ItemState(row % 2 == 0, long.MaxValue, 0, 0));
        }

        using var table = new EdgeTable(world.Epochs, [edges], new EdgeTableLimits { RowsMax = 200 });
        var options = new ScoringOptions { Policy = PolicyKind.DiagUcb };
        var counts = new int[200];
        var top = new Candidate[5];
        for (var request = 0; request < 20_000; request++)
        {
            Assert.Equal(5, EdgeScorer.Top(
                table, items, null, [0], [1f], [], options, new Eligibility(1, 0, []), top, world.Work, ref world.Rng));
            Assert.Equal(5, top.Select(candidate => candidate.Item).Distinct().Count());
            foreach (var candidate in top)
            {
                Assert.Equal(float.PositiveInfinity, candidate.Score);
                counts[candidate.Item]++;
            }
        }

        Assert.All(counts.Where((_, row) => row % 2 == 1), count => Assert.Equal(0, count));
        Assert.All(counts.Where((_, row) => row % 2 == 0), count => Assert.InRange(count, 850, 1150));
    }

    [Fact]
    public void A_NaN_never_takes_a_place()
    {
        using var world = new ScoringWorld(7);
        using var items = new ItemTable(3);
        for (var row = 0; row < 3; row++)
        {
            items.WriteState(row, new ItemState(true, long.MaxValue, 0, 0));
        }

        var graph = new ReadOnlyMemory<GraphEdge>[] { new GraphEdge[] { new(0, 0), new(1, 0), new(2, 0) } };
        using var table = new EdgeTable(world.Epochs, graph, new EdgeTableLimits { RowsMax = 3 });
        _ = table.Write(0, 0, new EdgeValue(1, float.NaN, 1, float.NaN));
        _ = table.Write(0, 1, new EdgeValue(1, -1, 1, -1));
        _ = table.Write(0, 2, new EdgeValue(1, -2, 1, -2));
        foreach (var policy in new[] { PolicyKind.DiagUcb, PolicyKind.HierUcb })
        {
            var top = new Candidate[3];
            var found = EdgeScorer.Top(
                table, items, null, [0], [1f], [], new ScoringOptions { Policy = policy },
                new Eligibility(1, 0, []), top, world.Work, ref world.Rng);
            Assert.Equal([1, 2], top[..found].Select(candidate => candidate.Item));
        }
    }

    [Fact]
    public void Warm_scoring_allocates_nothing()
    {
        using var world = new ScoringWorld(12);
        var hierarchical = new ScoringOptions();
        var diagonal = new ScoringOptions { Policy = PolicyKind.DiagUcb };
        var top = new Candidate[20];
        var rows = Enumerable.Range(0, world.Rows).ToArray();
        for (var round = 0; round < 2; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var request = 0; request < 20; request++)
            {
                foreach (var options in (ReadOnlySpan<ScoringOptions>)[hierarchical, diagonal])
                {
                    _ = EdgeScorer.Top(
                        world.Table, world.Items, world.Vectors, world.Clusters, world.Weights, world.User, options,
                        world.Eligibility, top, world.Work, ref world.Rng);
                    _ = EdgeScorer.TopOf(
                        world.Table, world.Items, world.Vectors, world.Clusters, world.Weights, world.User, options,
                        world.Eligibility, rows, Layer.Candidates, top, world.Work, ref world.Rng);
                }
            }

            Assert.True(round == 0 || GC.GetAllocatedBytesForCurrentThread() == before);
        }
    }

    static Gen<T> AnyOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    static Candidate[] Top(ScoringWorld world, ScoringOptions options, int count, bool withVectors = true)
    {
        var top = new Candidate[count];
        var found = EdgeScorer.Top(
            world.Table, world.Items, withVectors ? world.Vectors : null, world.Clusters, world.Weights, world.User,
            options, world.Eligibility, top, world.Work, ref world.Rng);
        return top[..found];
    }

    static void AssertBest(
        ScoringWorld world,
        Candidate[] top,
        IEnumerable<int> rows,
        ScoringOptions options,
        int count,
        bool exactPrior)
    {
        var best = rows.Where(world.IsEligible)
            .Select(row => world.Belief(row, options, exactPrior).Score)
            .OrderDescending()
            .Take(count)
            .ToList();
        Assert.Equal(best.Count, top.Length);
        Assert.Equal(top.Length, top.Select(candidate => candidate.Item).Distinct().Count());
        for (var place = 0; place < top.Length; place++)
        {
            var belief = world.Belief(top[place].Item, options, exactPrior);
            Assert.True(world.IsEligible(top[place].Item));
            Assert.Equal(world.MatchedMask(top[place].Item), top[place].Matched);
            AssertClose(best[place], top[place].Score);
            AssertClose(belief.Score, top[place].Score);
            AssertClose(belief.Mean, top[place].Mean);
            AssertClose(belief.Spread, top[place].Spread);
            AssertClose(belief.Prior, top[place].Prior);
        }
    }

    static void AssertClose(double expected, float actual) =>
        Assert.True(
            expected.Equals(actual) || Math.Abs(expected - actual) < 1e-4 * (1 + Math.Abs(expected)),
            $"{expected} is not {actual}");
}
