using MathNet.Numerics.Distributions;
using Recs.Matching.Bandits;
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

    [Fact]
    public void Popular_shrinks_towards_the_population()
    {
        Assert.Equal(0.1f, ItemScores.Popular(0, 0, 1000, 100, 20), 1e-6f);
        Assert.Equal((5 + 2) / 30f, ItemScores.Popular(10, 5, 1000, 100, 20), 1e-6f);
    }

    [Fact]
    public void A_policy_of_edges_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ItemScores.Of(SlatePolicy.Of(PolicyKind.DiagUcb), 1, 0, 1, 0));
}
