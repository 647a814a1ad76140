using MathNet.Numerics.LinearAlgebra;
using Recs.Cli.Evaluate;
using Recs.Offline.Evaluation.OffPolicy;
using Recs.Offline.Evaluation.Sequential;
using Xunit;

namespace Recs.Tests.Evaluation.Sequential;

/// <summary>The paper's experiments in small; the whole ones are <c>recs evaluate sequential</c>.</summary>
public sealed class SequentialTests
{
    [Fact]
    public void Rollouts_by_the_newest_policy_reach_the_best_and_a_log_that_stays_does_not()
    {
        Assert.Equal(-0.964, GaussianToy.LossOf(1), 1e-12);
        Assert.Equal(-0.514, GaussianToy.LossOf(2.5), 1e-12);
        var toy = new GaussianToy(9, 100, 0.1);
        var runs = Enumerable.Range(1, 4).Select(toy.Run).ToArray();

        var sequential = runs.Average(run => run.Sequential[^1]);
        var stays = runs.Average(run => run.Fixed[^1]);

        Assert.InRange(sequential, -0.9641, -0.94);
        Assert.True(stays > sequential + 0.05, $"{stays} against {sequential}");
    }

    [Fact]
    public void A_seed_repeats_a_run()
    {
        var toy = new GaussianToy(4, 100, 0.1);

        Assert.Equal(toy.Run(3).Sequential, toy.Run(3).Sequential);
        Assert.NotEqual(toy.Run(3).Sequential, toy.Run(4).Sequential);
    }

    [Fact]
    public void The_risk_is_the_mean_of_damped_weights_and_their_spread()
    {
        var risk = new CounterfactualRisk([-1, -0.5], [0.5, 0.25], (_, densities) => (densities[0], densities[1]) = (0.25, 0.5), 2, 0.5);
        double[] weights = [0.25 / (0.5 + 0.125), 0.5 / (0.25 + 0.25)];
        double[] shifted = [-1 * (weights[0] - 1), -0.5 * (weights[1] - 1)];
        var mean = (-weights[0] - (0.5 * weights[1])) / 2;
        var deviation = Math.Abs(shifted[0] - shifted[1]) / 2;

        Assert.Equal(mean + (2 * deviation / Math.Sqrt(2)), risk.At(Vector<double>.Build.Dense(1)), 1e-12);
    }

    [Fact]
    public void Damped_weights_vary_less_than_plain_ones_and_are_less_biased_than_clipped_ones()
    {
        var lines = WeightStudy.Run(200, 500, 10, 1).ToDictionary(line => line.Estimator);

        Assert.True(lines[Estimator.ImplicitExplorationIps].Variance < lines[Estimator.Ips].Variance);
        Assert.True(lines[Estimator.ImplicitExplorationIps].SquaredBias < lines[Estimator.ClippedIps].SquaredBias);
        Assert.True(lines[Estimator.ClippedIps].MeanWeight < lines[Estimator.ImplicitExplorationIps].MeanWeight);
    }

    [Fact]
    public void A_blend_of_layers_is_learned_from_its_own_logs()
    {
        var runs = Enumerable.Range(1, 3).Select(seed => BlendWorld.Run(3, 250, 1, seed)).ToArray();

        var (start, end, best) = (runs.Average(run => run.Values[0]), runs.Average(run => run.Values[^1]), runs.Average(run => run.Best));
        Assert.True(end - start > 0.7 * (best - start), $"from {start} to {end}, the best is {best}");
    }

    [Fact]
    public void A_blend_is_a_distribution_above_its_floor()
    {
        var probabilities = BlendWeights.Probabilities([1, 0, 0, 500, -3, 2], [1, 2], 0.3);

        Assert.Equal(1, probabilities.Sum(), 1e-12);
        Assert.All(probabilities, probability => Assert.True(probability >= 0.1 - 1e-12));
        Assert.Equal(0.8, probabilities[1], 1e-9);
    }

    [Theory]
    [InlineData("sequential", "--experiment", "nothing")]
    [InlineData("sequential", "--seeds", "0")]
    [InlineData("generations", "--generations", "1")]
    public void Wrong_arguments_end_with_exit_code_2(params string[] arguments) =>
        Assert.Equal(2, EvaluateCommand.Create().Parse(arguments).Invoke());
}
