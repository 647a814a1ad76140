using CsCheck;
using Recs.Matching.Bandits;
using Xunit;

namespace Recs.Tests.Bandits;

public sealed class HierarchicalUcbTests
{
    [Fact]
    public void Without_feedback_nothing_is_added_to_the_prior_and_the_width_is_that_of_the_shrinkage()
    {
        double[] weights = [0.7, 0.3];
        double[] nothing = [0, 0];

        Assert.Equal(0, HierarchicalUcb.ItemEffect(0, 0, 4));
        Assert.Equal(0, HierarchicalUcb.EdgeEffect(weights, nothing, nothing, nothing, 0, 16));
        Assert.Equal(
            0.4 * 0.6 * ((1 / 4.0) + (((0.7 * 0.7) + (0.3 * 0.3)) / 16)),
            HierarchicalUcb.Variance(0.4, 0, weights, nothing, 16, 4),
            1e-12);
    }

    [Fact]
    public void What_an_edge_learns_is_counted_above_what_the_item_learned() =>
        Assert.Equal(
            0.6 * (2.5 - (5 * 0.3)) / (4 + 16),
            HierarchicalUcb.EdgeEffect([0.6], [4], [5], [2.5], 0.3, 16),
            1e-12);

    [Fact]
    public void A_mean_outside_the_unit_interval_still_has_a_positive_width()
    {
        Assert.True(HierarchicalUcb.Variance(1.3, 10, [1], [5], 16, 4) > 0);
        Assert.True(HierarchicalUcb.Variance(-0.2, 10, [1], [5], 16, 4) > 0);
    }

    [Fact]
    public void Both_halves_of_the_priors_step_together_are_the_usual_gradient_step() =>
        Gen.Select(Gen.Double[-3, 3], Gen.Double[-3, 3], Gen.Double[-1, 1], Gen.Double[0, 1], Gen.Int[0, 100_000])
            .Sample((intercept, slope, affinity, reward, count) =>
            {
                var prior = new CalibratedPrior(intercept, slope, count);
                var step = 2 / Math.Sqrt(count + 100) * (reward - prior.At(affinity));
                var after = prior.Shown(affinity).Rewarded(affinity, reward);
                Assert.Equal(intercept + step, after.Intercept, 1e-9);
                Assert.Equal(slope + (step * affinity), after.Slope, 1e-9);
                Assert.Equal(count + 1, after.Impressions);
            });

    [Fact]
    public void The_prior_learns_a_logistic_curve()
    {
        var prior = CalibratedPrior.Initial;
        for (var i = 0; i < 200_000; i++)
        {
            var affinity = ((i * 7919 % 2001) / 1000.0) - 1;
            var probability = 1 / (1 + Math.Exp(1.5 - (2 * affinity)));
            prior = prior.Shown(affinity).Rewarded(affinity, probability);
        }

        Assert.Equal(-1.5, prior.Intercept, 0.05);
        Assert.Equal(2, prior.Slope, 0.05);
    }

    [Fact]
    public void Arm_coefficients_equal_the_pooled_ones_plus_the_residual_regression()
    {
        double[] pooled = [0.2, -0.4];
        var inverse = new double[4];
        var scratch = new double[2];
        var moments = new double[2];
        var residualMoments = new double[2];
        LinUcb.Reset(inverse, 2, 3);
        foreach (var (context, reward) in (((double X, double Y) Context, double Reward)[])[((1, 0.5), 1), ((0.2, -1), 0), ((0.7, 0.7), 1)])
        {
            double[] x = [context.X, context.Y];
            LinUcb.Add(inverse, x, scratch);
            for (var i = 0; i < 2; i++)
            {
                moments[i] += reward * x[i];
                residualMoments[i] += (reward - LinUcb.Dot(x, pooled)) * x[i];
            }
        }

        var coefficients = new double[2];
        HierarchicalLinUcb.Coefficients(inverse, moments, pooled, 3, coefficients);
        LinUcb.Solve(inverse, residualMoments, scratch);

        Assert.Equal(pooled[0] + scratch[0], coefficients[0], 1e-12);
        Assert.Equal(pooled[1] + scratch[1], coefficients[1], 1e-12);
    }
}
