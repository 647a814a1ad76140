using Recs.Matching.Bandits;
using Recs.Matching.Graph;
using Recs.Matching.Slates;
using Xunit;

namespace Recs.Tests.Slates;

public sealed class CandidatePoolTests
{
    static readonly Candidate[] Distinct = [.. Enumerable.Range(0, 9).Select(i => Draws.Item(i, i * 0.1f))];

    static readonly Candidate[] Tied =
    [
        .. Enumerable.Range(0, 4).Select(i => Draws.Item(i, float.PositiveInfinity)),
        .. Enumerable.Range(4, 3).Select(i => Draws.Item(i, 0.5f)),
        Draws.Item(7, 0.4f), Draws.Item(8, float.NaN), Draws.Item(9, float.NegativeInfinity),
    ];

    static readonly Candidate[] Beliefs =
    [
        Draws.Item(0, 0, 0.50f, 0.10f), Draws.Item(1, 0, 0.55f, 0.02f), Draws.Item(2, 0, 0.30f, 0.40f),
        Draws.Item(3, 0, 0.52f, 0.0f), Draws.Item(4, 0, 0.45f, 0.20f), Draws.Item(5, 0, 0.45f, 0.20f),
        Draws.Item(6, 0, 0.45f, 0.20f), Draws.Item(7, 0, 0.10f, 0.05f),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    public void Top_k_draws_as_often_as_it_says(int k) => Draws.AssertFair(Distinct, Draws.TopK(k), 5, 40_000, 1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public void Ties_share_the_places_they_compete_for(int k) => Draws.AssertFair(Tied, Draws.TopK(k), 8, 40_000, 2);

    [Fact]
    public void A_floor_gives_every_item_a_chance() => Draws.AssertFair(Tied, Draws.TopK(3, 0.2f), 10, 40_000, 3);

    [Fact]
    public void Epsilon_greedy_draws_as_often_as_it_says() =>
        Draws.AssertFair(Tied, new() { Kind = PolicyKind.EpsilonGreedy, Epsilon = 0.3f }, 10, 40_000, 4);

    [Fact]
    public void Uniform_draws_as_often_as_it_says() =>
        Draws.AssertFair(Tied, new() { Kind = PolicyKind.Uniform }, 10, 40_000, 5);

    [Theory]
    [InlineData(64, 1f, 0f)]
    [InlineData(64, 0.3f, 0.1f)]
    [InlineData(4, 1f, 0f)]
    [InlineData(2, 0.3f, 0.1f)]
    [InlineData(1, 1f, 0f)]
    public void Thompson_sampling_draws_as_often_as_it_says(int poolSize, float width, float floor)
    {
        var policy = new SlatePolicy { Kind = PolicyKind.HierTs, Width = width, PoolSize = poolSize, Floor = floor };
        Draws.AssertFair(Beliefs, policy, 6, 10_000, 6);
    }

    [Theory]
    [InlineData(64, 1f, 0f)]
    [InlineData(3, 0.3f, 0.1f)]
    public void Var_ts_draws_items_as_often_as_it_says_however_their_watches_vary(int poolSize, float width, float floor)
    {
        // Never shown twice over, steady, wild, sure of little, and one of which impressions are missing.
        WatchTotals[] watches = [default, default, new(80, 40, 0.05f), new(80, 40, 20), new(400, 120, 3), new(5, 4, 0.2f), new(2, 7, 0)];
        var policy = SlatePolicy.Of(PolicyKind.VarTs) with { Width = width, PoolSize = poolSize, Floor = floor };
        Candidate[] items =
        [
            .. watches.Select((watch, item) =>
            {
                var score = ItemScores.Of(policy, new ItemTotals(watch.N, watch.Sum, 0) { Watch = watch }, 500, 200);
                return Draws.Item(item, score.Score, score.Mean, score.Spread);
            }),
        ];
        Draws.AssertFair(items, policy, 5, 10_000, 10);
    }

    [Theory]
    [InlineData(PolicyKind.SquareCb, 64, 20f)]
    [InlineData(PolicyKind.NeuSquareCb, 3, 5f)]
    [InlineData(PolicyKind.FastCb, 64, 20f)]
    [InlineData(PolicyKind.NeuFastCb, 5, 1f)]
    [InlineData(PolicyKind.CappedIgw, 64, 20f)]
    [InlineData(PolicyKind.CappedIgw, 4, 1f)]
    public void Inverse_gap_weighting_draws_as_often_as_it_says(PolicyKind kind, int poolSize, float gamma)
    {
        var policy = new SlatePolicy { Kind = kind, PoolSize = poolSize, Gamma = gamma, Tau = 3 };
        Draws.AssertFair(Distinct, policy, 5, 20_000, 8);
        Draws.AssertFair(Tied, policy with { Floor = 0.1f }, 8, 20_000, 9);
    }

    [Fact]
    public void Inverse_gap_weighting_gives_the_golden_vectors()
    {
        Candidate[] items = [Draws.Item(0, 0.7f), Draws.Item(1, 0.65f), Draws.Item(2, 0.4f), Draws.Item(3, 0.1f)];
        AssertGiven(new() { Kind = PolicyKind.SquareCb, Gamma = 10 }, [0.534920634921, 0.222222222222, 0.142857142857, 0.1]);
        AssertGiven(new() { Kind = PolicyKind.NeuFastCb, Gamma = 10 }, [0.710434173669, 0.176470588235, 0.0714285714286, 0.0416666666667]);
        AssertGiven(new() { Kind = PolicyKind.CappedIgw, Gamma = 10, Tau = 4 }, [0.383597804348, 0.3218645391, 0.178351766386, 0.116185890166]);

        // Three times as much can be earned, and is: the same losses.
        items = [.. items.Select(item => item with { Score = 3 * item.Score })];
        AssertGiven(new() { Kind = PolicyKind.NeuSquareCb, Gamma = 10, RewardMax = 3 }, [0.534920634921, 0.222222222222, 0.142857142857, 0.1]);

        void AssertGiven(SlatePolicy policy, double[] expected)
        {
            var pool = new CandidatePool([.. items], 1, policy);
            for (var item = 0; item < items.Length; item++)
            {
                Assert.Equal(expected[item], pool.PropensityOf(item), 1e-6);
            }
        }
    }

    [Fact]
    public void Items_never_tried_come_before_every_Thompson_draw()
    {
        Candidate[] items =
        [
            .. Beliefs[..4], Draws.Item(4, float.PositiveInfinity, 0.1f, 0.1f), Draws.Item(5, 0, 0.1f, float.PositiveInfinity),
            Draws.Item(6, 0, float.NaN, 0.1f), Draws.Item(7, 0, 0.2f, float.NaN),
        ];
        Draws.AssertFair(items, new() { Kind = PolicyKind.DiagTs, PoolSize = 3 }, 8, 10_000, 7);
        var slate = new SlateItem[2];
        var rng = new Matching.Numerics.Rng(1);
        SlateSampler.Draw(items, new() { Kind = PolicyKind.DiagTs }, slate, ref rng);
        Assert.Equal([4, 5], slate.Select(s => s.Candidate.Item).Order());
        Assert.Equal([0.5, 1], slate.Select(s => s.Propensity));
    }

    [Fact]
    public void Tied_items_for_some_places_have_s_over_t_times_k()
    {
        Candidate[] items = [Draws.Item(0, 2), Draws.Item(1, 1), Draws.Item(2, 1), Draws.Item(3, 1), Draws.Item(4, 0)];
        var pool = new CandidatePool(items, 1, Draws.TopK(3));
        Assert.Equal(1.0 / 3, pool.PropensityOf(0), 1e-12);
        Assert.Equal(2.0 / 9, pool.PropensityOf(2), 1e-12);
        Assert.Equal(0, pool.PropensityOf(4));
        Assert.Equal(0, pool.PropensityOf(5));
    }

    [Fact]
    public void A_taken_item_is_gone_and_says_what_its_chance_was()
    {
        var items = Distinct.ToArray();
        var pool = new CandidatePool(items, 3, Draws.TopK(2));
        Assert.True(pool.TryTake(8, out var best));
        Assert.Equal(0.5, best.Propensity);
        Assert.True(pool.TryTake(0, out var worst));
        Assert.Equal(0, worst.Propensity);
        Assert.False(pool.TryTake(8, out _));
        Assert.Equal(0, pool.PropensityOf(8));
        Assert.Equal(0.5, pool.PropensityOf(7));
        Assert.Equal(0.5, pool.PropensityOf(6));
        Assert.Equal(7, pool.Remaining);
    }
}
