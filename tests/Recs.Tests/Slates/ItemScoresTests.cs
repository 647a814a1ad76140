using MathNet.Numerics.Distributions;
using Recs.Matching.Bandits;
using Recs.Matching.Graph;
using Recs.Matching.Slates;
using Xunit;

namespace Recs.Tests.Slates;

public sealed class ItemScoresTests
{
    [Fact]
    public void Ucb1_adds_the_width_of_its_ignorance()
    {
        var score = ItemScores.Ucb1(10, 4, 100, 0.5f);
        Assert.Equal(0.4, score.Mean, 1e-6);
        Assert.Equal(Math.Sqrt(2 * Math.Log(100) / 10), score.Spread, 1e-6);
        Assert.Equal(0.4 + (0.5 * Math.Sqrt(2 * Math.Log(100) / 10)), score.Score, 1e-6);
    }

    [Fact]
    public void Ucb1_tries_an_unknown_item_first() =>
        Assert.Equal(float.PositiveInfinity, ItemScores.Ucb1(0, 0, 100, 0.5f).Score);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 4)]
    [InlineData(1000, 12.5)]
    public void Beta_ts_has_the_moments_of_the_posterior(double count, double rewards)
    {
        var posterior = new Beta(1 + rewards, 1 + count - rewards);
        var score = ItemScores.BetaTs(count, rewards);
        Assert.Equal(posterior.Mean, score.Mean, 1e-6);
        Assert.Equal(posterior.StdDev, score.Spread, 1e-6);
    }

    [Fact]
    public void Beta_ts_survives_more_reward_than_impressions() =>
        Assert.InRange(ItemScores.BetaTs(3, 9).Mean, 0.5f, 1f);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 4)]
    [InlineData(1000, 12)]
    public void Var_ts_is_as_uncertain_as_beta_ts_of_what_is_watched_to_the_end_or_not_at_all(int count, int watched)
    {
        var (score, beta) = (ItemScores.VarTs(Watched(count, watched, 1)), ItemScores.BetaTs(count, watched));
        Assert.Equal(beta.Mean, score.Mean, 1e-6);
        Assert.Equal(beta.Spread, score.Spread, 0.1 * beta.Spread);
    }

    [Fact]
    public void Var_ts_is_soon_certain_of_what_is_always_watched_alike()
    {
        var (score, beta) = (ItemScores.VarTs(Watched(100, 100, 0.5)), ItemScores.BetaTs(100, 50));
        Assert.Equal(beta.Mean, score.Mean, 1e-6);
        Assert.True(score.Spread < beta.Spread / 5, $"{score.Spread} and {beta.Spread}");
    }

    [Fact]
    public void Var_ts_ranks_by_what_was_watched_and_not_by_other_rewards()
    {
        var item = new ItemTotals(50, 45, 25) { Watch = Watched(50, 10, 0.5) };
        var score = ItemScores.Of(SlatePolicy.Of(PolicyKind.VarTs), item, 100, 60);
        Assert.Equal((1 + 5) / 52.0, score.Mean, 1e-6);
        Assert.Equal(ItemScores.VarTs(item.Watch), score);
    }

    [Theory]
    [InlineData(0, 5, 0)]
    [InlineData(3, 9, 0)]
    [InlineData(2, 2, 1e9)]
    public void Var_ts_survives_what_watches_without_impressions_leave(float count, float sum, float deviations)
    {
        var score = ItemScores.VarTs(new WatchTotals(count, sum, deviations));
        Assert.InRange(score.Mean, 0f, 1f);
        Assert.True(score.Spread > 0 && float.IsFinite(score.Spread));
    }

    [Fact]
    public void Scoring_an_item_allocates_nothing()
    {
        var policy = SlatePolicy.Of(PolicyKind.VarTs);
        using var table = new ItemTable(1);
        table.WriteTotals(0, new ItemTotals(50, 45, 25) { Watch = Watched(50, 10, 0.5) });
        var (before, sum) = (0L, 0f);
        for (var round = 0; round < 3; round++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            sum += ItemScores.Of(policy, table.ReadTotals(0), 100, 60).Score;
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(sum > 0);
    }

    [Fact]
    public void Popular_shrinks_towards_the_population()
    {
        Assert.Equal(0.1f, ItemScores.Popular(0, 0, 1000, 100, 20), 1e-6f);
        Assert.Equal((5 + 2) / 30f, ItemScores.Popular(10, 5, 1000, 100, 20), 1e-6f);
    }

    [Fact]
    public void A_policy_of_edges_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ItemScores.Of(SlatePolicy.Of(PolicyKind.DiagUcb), new ItemTotals(1, 0, 0), 1, 0));

    /// <summary>Impressions of which some were watched, all for the same reward.</summary>
    static WatchTotals Watched(int count, int watched, double reward)
    {
        var sum = watched * reward;
        return new(count, (float)sum, count == 0 ? 0 : (float)((watched * reward * reward) - (sum * sum / count)));
    }
}
