using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.Fresh;

using Xunit;

namespace Recs.Tests.Evaluation;

public sealed class FreshTests
{
    const double Means = 0;

    [Fact]
    public void A_share_of_two_percent_for_new_items_brings_them_clicks_and_costs_less_than_half_a_percent_of_all()
    {
        var (all, fresh) = (new double[8], new double[8]);
        Parallel.For(0, all.Length, new ParallelOptions { MaxDegreeOfParallelism = 2 }, seed =>
        {
            var world = new FreshWorld(seed);
            var without = FreshPlay.Run(world, Means, freshShare: 0, seed);
            var with = FreshPlay.Run(world, Means, freshShare: 0.02, seed);
            (all[seed], fresh[seed]) = ((with.Clicks / without.Clicks) - 1, (with.FreshClicks / without.FreshClicks) - 1);
        });

        Assert.True(Interval.Of(fresh).Low > 0.25, $"new items {Interval.Of(fresh)}");
        Assert.True(Interval.Of(all).Low > -0.005, $"all {Interval.Of(all)}");
    }

    [Fact]
    public void A_run_follows_from_its_seeds()
    {
        var first = FreshPlay.Run(new FreshWorld(3), Means, freshShare: 0.05, seed: 9);
        Assert.Equal(first, FreshPlay.Run(new FreshWorld(3), Means, freshShare: 0.05, seed: 9));
        Assert.NotEqual(first, FreshPlay.Run(new FreshWorld(3), Means, freshShare: 0.05, seed: 10));
    }

    [Fact]
    public void Only_the_share_itself_costs_and_all_of_it_shows_only_new_items()
    {
        var world = new FreshWorld(4);
        Assert.Equal(0, FreshPlay.Run(world, Means, freshShare: 0, seed: 1).Direct);
        var whole = FreshPlay.Run(world, Means, freshShare: 1, seed: 1);
        Assert.Equal(whole.Clicks, whole.FreshClicks);
        Assert.Equal(0, whole.Discovered);
    }
}
