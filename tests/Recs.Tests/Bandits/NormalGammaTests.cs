using CsCheck;
using Recs.Matching.Bandits;
using Recs.Matching.Numerics;
using Xunit;

namespace Recs.Tests.Bandits;

public sealed class NormalGammaTests
{
    [Fact]
    public void Three_rewards_give_the_belief_of_the_design()
    {
        var belief = NormalGamma.Prior.After(.2).After(.9).After(.4);

        Assert.Equal(0.375, belief.Mean, 1e-12);
        Assert.Equal(4, belief.Weight, 1e-12);
        Assert.Equal(2.5, belief.Shape, 1e-12);
        Assert.Equal(1.22375, belief.Rate, 1e-12);
    }

    [Fact]
    public void Many_rewards_at_once_are_as_many_one_after_the_other() =>
        Gen.Select(Gen.Double[0, 1].Array[0, 50], Gen.Bool).Sample((rewards, isUnit) =>
        {
            var prior = isUnit ? NormalGamma.UnitPrior : NormalGamma.Prior;
            var expected = rewards.Aggregate(prior, (belief, reward) => belief.After(reward));
            var mean = rewards.Length == 0 ? 0 : rewards.Average();

            var belief = prior.After(rewards.Length, rewards.Sum(), rewards.Sum(reward => (reward - mean) * (reward - mean)));

            Assert.Equal(expected.Mean, belief.Mean, 1e-9);
            Assert.Equal(expected.Weight, belief.Weight, 1e-9);
            Assert.Equal(expected.Shape, belief.Shape, 1e-9);
            Assert.Equal(expected.Rate, belief.Rate, 1e-9);
        });

    [Fact]
    public void Before_any_reward_in_0_1_the_belief_has_the_moments_of_beta_ts()
    {
        var (belief, beta) = (NormalGamma.UnitPrior.Marginal, BetaThompson.Posterior(0, 0));

        Assert.Equal(beta.Mean, belief.Mean, 1e-12);
        Assert.Equal(beta.Variance, belief.Variance, 1e-12);
    }

    [Fact]
    public void A_belief_of_too_few_rewards_has_no_variance() =>
        Assert.Equal(double.PositiveInfinity, NormalGamma.Prior.Marginal.Variance);

    [Fact]
    public void Draws_have_the_spread_of_the_belief()
    {
        var belief = new NormalGamma(2, 4, 5, 3);
        var rng = new Rng(1);
        var draws = Enumerable.Range(0, 100_000).Select(_ => belief.Draw(ref rng)).ToArray();
        var mean = draws.Average();

        // Student's t with 2α degrees and scale² β/(κα): its variance is β/(κ(α − 1)).
        Assert.Equal(2, mean, 0.01);
        Assert.Equal(new Belief(2, 3.0 / (4 * 4)), belief.Marginal);
        Assert.Equal(3.0 / (4 * 4), draws.Average(draw => (draw - mean) * (draw - mean)), 0.01);
    }

    [Fact]
    public void An_arm_of_steady_rewards_is_drawn_closer_to_its_mean_than_one_of_wild_rewards()
    {
        var (steady, wild) = (NormalGamma.Prior, NormalGamma.Prior);
        for (var i = 0; i < 200; i++)
        {
            steady = steady.After(0.5 + (0.01 * (i % 2)));
            wild = wild.After(i % 2);
        }

        Assert.True(Spread(steady) < Spread(wild) / 4, $"{Spread(steady)} and {Spread(wild)}");
    }

    static double Spread(NormalGamma belief)
    {
        var rng = new Rng(7);
        return Math.Sqrt(Enumerable.Range(0, 5000).Average(_ => Math.Pow(belief.Draw(ref rng) - belief.Mean, 2)));
    }
}
