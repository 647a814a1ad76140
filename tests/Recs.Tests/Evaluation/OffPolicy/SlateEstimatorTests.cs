using Recs.Offline.Evaluation.OffPolicy;
using Xunit;

namespace Recs.Tests.Evaluation.OffPolicy;

/// <summary>Two slates of two positions, worked out by hand, and a world of slates whose value is known.</summary>
public sealed class SlateEstimatorTests
{
    static readonly int[] Slates = [0, 0, 1, 1];

    static readonly WeightedFeedback Two = WeightedFeedback.WithoutModel([.4, .5, .3, .1], [.2, .25, .6, .5], [1, 0, 0, 1]);

    [Fact]
    public void Slates_are_weighted_as_each_assumption_says()
    {
        // w = 2, 2 and 0.5, 0.2.
        Assert.Equal(((4.0 * 1) + (0.1 * 1)) / 2, SlateEstimators.Standard(Two, Slates).Estimate, 1e-12);
        Assert.Equal(((4.0 * 1) + (0.1 * 1)) / 4.1, SlateEstimators.SelfNormalisedStandard(Two, Slates).Estimate, 1e-12);
        Assert.Equal(((2.0 * 1) + (0.2 * 1)) / 2, SlateEstimators.ItemPosition(Two, Slates).Estimate, 1e-12);
        Assert.Equal(((2.0 * 1) + (0.1 * 1)) / 2, SlateEstimators.Cascade(Two, Slates).Estimate, 1e-12);
        Assert.Equal(2, SlateEstimators.Cascade(Two, Slates).Count);
    }

    [Fact]
    public void Slates_must_be_numbered_in_order()
    {
        Assert.Throws<ArgumentException>(() => SlateEstimators.ItemPosition(Two, [0, 1, 0, 1]));
        Assert.Throws<ArgumentException>(() => SlateEstimators.ItemPosition(Two, [1, 1, 2, 2]));
    }

    [Fact]
    public void Slates_drawn_without_replacement_have_the_value_that_enumeration_gives()
    {
        const int Logs = 400;
        const int Count = 200;
        double[] behavior = [.5, .3, .2];
        double[] target = [.2, .3, .5];
        double[] reward = [.2, .5, .8];
        var truth = ValueOf(target, reward);
        var errors = new List<double>[] { [], [] };
        for (var log = 0; log < Logs; log++)
        {
            var feedback = Draw(new Random(log), behavior, target, reward, Count);
            var slates = Enumerable.Range(0, 2 * Count).Select(row => row / 2).ToArray();
            errors[0].Add(SlateEstimators.Standard(feedback, slates).Estimate - truth);
            errors[1].Add(SlateEstimators.Cascade(feedback, slates).Estimate - truth);
        }

        foreach (var series in errors)
        {
            var bias = new Contributions([.. series]);
            Assert.InRange(bias.Estimate / bias.StandardError, -3, 3);
        }
    }

    static double ValueOf(double[] policy, double[] reward)
    {
        var value = 0.0;
        for (var first = 0; first < 3; first++)
        {
            for (var second = 0; second < 3; second++)
            {
                value += first == second ? 0 : policy[first] * policy[second] / (1 - policy[first]) * (reward[first] + (reward[second] / 2));
            }
        }

        return value;
    }

    static WeightedFeedback Draw(Random chance, double[] behavior, double[] target, double[] reward, int count)
    {
        var (e, b, r) = (new double[2 * count], new double[2 * count], new double[2 * count]);
        for (var slate = 0; slate < count; slate++)
        {
            var first = Choice(chance, behavior, -1);
            var second = Choice(chance, behavior, first);
            var (one, two) = (2 * slate, (2 * slate) + 1);
            (e[one], b[one]) = (target[first], behavior[first]);
            (e[two], b[two]) = (target[second] / (1 - target[first]), behavior[second] / (1 - behavior[first]));
            r[one] = chance.NextDouble() < reward[first] ? 1 : 0;
            r[two] = chance.NextDouble() < reward[second] / 2 ? 1 : 0;
        }

        return WeightedFeedback.WithoutModel(e, b, r);
    }

    static int Choice(Random chance, double[] policy, int taken)
    {
        var left = chance.NextDouble() * (taken < 0 ? 1 : 1 - policy[taken]);
        for (var item = 0; ; item++)
        {
            if (item != taken && (left -= policy[item]) < 0)
            {
                return item;
            }

            if (item == policy.Length - 1)
            {
                return taken == item ? item - 1 : item;
            }
        }
    }
}
