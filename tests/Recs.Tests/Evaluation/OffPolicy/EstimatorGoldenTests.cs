using Recs.Offline.Evaluation.OffPolicy;
using Xunit;

namespace Recs.Tests.Evaluation.OffPolicy;

/// <summary>Five rows worked out by hand: every estimator, every bound.</summary>
public sealed class EstimatorGoldenTests
{
    const double Tolerance = 1e-11;

    static readonly WeightedFeedback Five = new(
        [.5, .2, .9, .1, .6],
        [.25, .5, .3, .4, .05],
        [1, 0, 1, 1, 0],
        [.6, .3, .7, .4, .2],
        [.55, .35, .68, .45, .30]);

    [Fact]
    public void Weights_are_ratios_of_probabilities()
    {
        double[] expected = [2, .4, 3, .25, 12];
        for (var row = 0; row < expected.Length; row++)
        {
            Assert.Equal(expected[row], Five.Weights[row], Tolerance);
        }
    }

    [Theory]
    [InlineData(Estimator.DirectMethod, 0, 0.466)]
    [InlineData(Estimator.Ips, 0, 1.05)]
    [InlineData(Estimator.ClippedIps, 5, 1.05)]
    [InlineData(Estimator.ClippedIps, 2.5, 0.95)]
    [InlineData(Estimator.SelfNormalisedIps, 0, 0.297450424929)]
    [InlineData(Estimator.DoublyRobust, 0, 0.332)]
    [InlineData(Estimator.SwitchDoublyRobust, 5, 0.812)]
    [InlineData(Estimator.SelfNormalisedDoublyRobust, 0, 0.428039660057)]
    [InlineData(Estimator.ShrunkDoublyRobust, 4, 0.594873180873)]
    [InlineData(Estimator.ImplicitExplorationIps, 0.2, 0.708333333333)]
    [InlineData(Estimator.SubGaussianIps, 0.1, 0.91769041769)]
    public void Every_estimator_gives_the_figure_of_the_design(Estimator estimator, double parameter, double expected) =>
        Assert.Equal(expected, Estimators.Of(estimator, Five, parameter).Estimate, Tolerance);

    [Theory]
    [InlineData(Estimator.SwitchDoublyRobust)]
    [InlineData(Estimator.ShrunkDoublyRobust)]
    public void Shrinkage_runs_from_the_direct_method_to_the_doubly_robust_one(Estimator estimator)
    {
        Assert.Equal(Estimators.DirectMethod(Five).Estimate, Estimators.Of(estimator, Five, 0).Estimate, Tolerance);
        Assert.Equal(
            Estimators.DoublyRobust(Five).Estimate, Estimators.Of(estimator, Five, double.PositiveInfinity).Estimate, Tolerance);
    }

    [Fact]
    public void Bounds_are_those_of_the_design()
    {
        var ips = Estimators.Ips(Five);
        var largest = ips.Plain.Max();

        Assert.Equal(1.98141169362, Overlap.EffectiveCount(Five.Weights), 1e-10);
        Assert.Equal(1.20422203302, ConcentrationBounds.Normal(ips, 0.95).HalfWidth, 1e-9);
        Assert.Equal(-0.591998491534, ConcentrationBounds.HoeffdingLower(ips.Plain, largest, 0.05), 1e-10);
        Assert.Equal(-7.07440212712, ConcentrationBounds.BernsteinLower(ips.Plain, largest, 0.05), 1e-10);
    }

    [Fact]
    public void Without_a_model_the_doubly_robust_estimate_is_inverse_propensity()
    {
        var bare = WeightedFeedback.WithoutModel(Five.Target, Five.Behavior, Five.Rewards);

        Assert.Equal(1.05, Estimators.DoublyRobust(bare).Estimate, Tolerance);
        Assert.Equal(0, Estimators.DirectMethod(bare).Estimate);
    }

    [Fact]
    public void The_error_of_a_ratio_is_that_of_its_influences()
    {
        var ratio = Estimators.SelfNormalisedIps(Five);
        var influences = Five.Weights.Zip(Five.Rewards, (w, r) => w * (r - ratio.Estimate) / Five.Weights.Average()).ToArray();

        Assert.Equal(new Contributions(influences).StandardError, ratio.StandardError, Tolerance);
    }

    [Fact]
    public void An_item_that_weighs_nothing_is_not_a_number_and_not_zero()
    {
        var nothing = WeightedFeedback.WithoutModel([0, 0], [.5, .5], [1, 1]);

        Assert.Equal(0, Estimators.Ips(nothing).Estimate);
        Assert.True(double.IsNaN(Estimators.SelfNormalisedIps(nothing).Estimate));
    }

    [Fact]
    public void A_negative_parameter_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Estimators.ClippedIps(Five, -1));
}
