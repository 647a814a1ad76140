using Recs.Offline.Evaluation.OffPolicy;
using Xunit;

namespace Recs.Tests.Evaluation.OffPolicy;

public sealed class IntervalTests
{
    [Fact]
    public void A_seed_repeats_the_bootstrap_and_another_differs()
    {
        Contributions[] sample = [new([.. Enumerable.Range(0, 100).Select(i => (double)(i % 7))])];

        Assert.Equal(Bootstrap.Intervals(sample, 200, 0.95, 1), Bootstrap.Intervals(sample, 200, 0.95, 1));
        Assert.NotEqual(Bootstrap.Intervals(sample, 200, 0.95, 1), Bootstrap.Intervals(sample, 200, 0.95, 2));
    }

    [Fact]
    public void The_bootstrap_of_many_rows_is_the_normal_interval()
    {
        var chance = new Random(5);
        var sample = new Contributions([.. Enumerable.Range(0, 5000).Select(_ => chance.NextDouble())]);

        var bootstrap = Bootstrap.Intervals([sample], 2000, 0.9, 1)[0];
        var normal = ConcentrationBounds.Normal(sample, 0.9);

        Assert.Equal(normal.Low, bootstrap.Low, 0.1 * normal.HalfWidth);
        Assert.Equal(normal.High, bootstrap.High, 0.1 * normal.HalfWidth);
    }

    [Fact]
    public void Bernstein_holds_for_few_rows_and_does_not_exist_for_ratios()
    {
        var misses = 0;
        for (var seed = 0; seed < 500; seed++)
        {
            var chance = new Random(seed);
            var rare = new Contributions([.. Enumerable.Range(0, 20).Select(_ => chance.NextDouble() < 0.1 ? 1.0 : 0.0)]);
            misses += ConcentrationBounds.Bernstein(rare, 1, 0.95)!.Value.Cover(0.1) ? 0 : 1;
        }

        Assert.InRange(misses, 0, 25);
        Assert.Null(ConcentrationBounds.Bernstein(new([0, 0], [1, 0], [1, 1]), 1, 0.95));
    }

    [Fact]
    public void A_shrunk_estimator_reports_an_interval_that_allows_for_its_bias()
    {
        var (log, target, means) = SyntheticWorld.Create(7).Draw(500, 1);
        var estimates = OffPolicyEvaluation.Estimate(
            WeightedFeedback.Of(log, target, means),
            new() { Parameters = new Dictionary<Estimator, double> { [Estimator.ClippedIps] = 0.5 }, Resamples = 200 });
        var clipped = estimates.Single(estimate => estimate.Estimator == Estimator.ClippedIps);
        var ips = estimates.Single(estimate => estimate.Estimator == Estimator.Ips);

        Assert.True(clipped.Value < ips.Interval.Low);
        Assert.Equal(clipped.Bootstrap.Low, clipped.Interval.Low);
        Assert.Equal(ips.Bootstrap.High, clipped.Interval.High);
        Assert.Equal(ips.Bootstrap, ips.Interval);
    }

    [Fact]
    public void Parameters_are_chosen_where_the_bias_begins_to_show()
    {
        // One row in fifty has a weight of 40 and all of the reward: any λ below 40 loses it.
        var weights = Enumerable.Range(0, 5000).Select(i => i % 50 == 0 ? 40.0 : 0.2).ToArray();
        var rewards = weights.Select(weight => weight > 1 ? 1.0 : 0.0).ToArray();
        var feedback = WeightedFeedback.WithoutModel([.. weights.Select(weight => weight * 0.02)], [.. weights.Select(_ => 0.02)], rewards);

        Assert.InRange(ParameterChoice.Of(Estimator.ClippedIps, feedback, ParameterRule.Slope), 40, double.PositiveInfinity);

        // No weight above 2: clipping there costs nothing.
        var mild = WeightedFeedback.WithoutModel([.. weights.Select(_ => 0.03)], [.. weights.Select(_ => 0.02)], rewards);
        Assert.Equal(2, ParameterChoice.Of(Estimator.ClippedIps, mild, ParameterRule.Slope));
    }
}
