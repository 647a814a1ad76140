using Recs.Matching.Numerics;
using Recs.Neural.Combinatorial;
using Xunit;

namespace Recs.Tests.Neural.Combinatorial;

public sealed class ScoreNetworkTests
{
    const int Dimensions = 9;
    const int Width = 30;
    const int Arms = 5;
    const float Step = 1e-3f;

    [Fact]
    public void Gradients_are_those_of_finite_differences()
    {
        var network = new ScoreNetwork(Dimensions, Width, Arms, 1);
        var gradients = Drawn(2);
        var scores = new float[Arms];
        network.Score(gradients, scores);
        var gradient = new float[gradients.Length];
        for (var arm = 0; arm < Arms; arm++)
        {
            network.Score(gradients, scores);
            gradients.Write(arm, gradient);
            for (var unit = 0; unit < Width; unit++)
            {
                for (var i = 0; i < Dimensions; i++)
                {
                    var slope = Slope(network, gradients, arm, () => ref network.First[i, unit]);
                    Assert.Equal(slope, gradient[(unit * Dimensions) + i] * Math.Sqrt(Width), 2e-3);
                }

                var last = Slope(network, gradients, arm, () => ref network.Second[0, unit]);
                Assert.Equal(last, gradient[(Dimensions * Width) + unit] * Math.Sqrt(Width), 2e-3);
            }
        }
    }

    [Fact]
    public void Gradients_of_the_loss_are_those_of_finite_differences()
    {
        var network = new ScoreNetwork(Dimensions, Width, Arms, 1);
        var training = Filled(network, 23);
        training.ComputeGradients();
        for (var unit = 0; unit < Width; unit++)
        {
            for (var i = 0; i < Dimensions; i++)
            {
                var slope = LossSlope(training, ref network.First[i, unit]);
                Assert.Equal(slope, training.FirstGradient[i, unit], 0.02);
            }

            Assert.Equal(LossSlope(training, ref network.Second[0, unit]), training.SecondGradient[0, unit], 0.02);
        }
    }

    [Fact]
    public void Training_lowers_the_loss_and_a_pull_keeps_the_weights_near_their_start()
    {
        var free = Distance(pull: 0, out var before, out var after);
        var pulled = Distance(pull: 50, out _, out _);
        Assert.True(after < 0.5 * before);
        Assert.True(pulled < 0.5 * free);
    }

    [Fact]
    public void Training_forgets_the_oldest_rows()
    {
        var network = new ScoreNetwork(2, Width, Arms, 1);
        var training = new ScoreTraining(network, 3, 0.01f, 0);
        training.Add([1, 0], 1000);
        for (var i = 0; i < 3; i++)
        {
            training.Add([0, 1], 0);
        }

        Assert.Equal(3, training.Count);
        Assert.True(training.Loss() < 100);
    }

    delegate ref float Weight();

    static double Slope(ScoreNetwork network, ArmGradients gradients, int arm, Weight weight)
    {
        var scores = new float[Arms];
        var held = weight();
        weight() = held + Step;
        network.Score(gradients, scores);
        double high = scores[arm];
        weight() = held - Step;
        network.Score(gradients, scores);
        weight() = held;
        return (high - scores[arm]) / (2 * Step);
    }

    static double LossSlope(ScoreTraining training, ref float weight)
    {
        var held = weight;
        weight = held + Step;
        var high = training.Loss();
        weight = held - Step;
        var low = training.Loss();
        weight = held;
        return (high - low) / (2 * Step);
    }

    static double Distance(float pull, out double before, out double after)
    {
        var network = new ScoreNetwork(Dimensions, Width, Arms, 1);
        var start = network.First.Values.ToArray();
        var training = new ScoreTraining(network, 40, 0.01f, pull);
        Fill(training, 40);
        before = training.Loss();
        training.Descend(100);
        after = training.Loss();
        return start.Zip(network.First.Values.ToArray(), (x, y) => Math.Abs((double)x - y)).Sum();
    }

    static ScoreTraining Filled(ScoreNetwork network, int rows)
    {
        var training = new ScoreTraining(network, 40, 0.01f, 0);
        Fill(training, rows);
        return training;
    }

    static void Fill(ScoreTraining training, int rows)
    {
        var rng = new Rng(5);
        var input = new float[Dimensions];
        for (var row = 0; row < rows; row++)
        {
            foreach (ref var value in input.AsSpan())
            {
                value = 0.3f * (float)rng.NextGaussian();
            }

            training.Add(input, input[0]);
        }
    }

    static ArmGradients Drawn(ulong seed)
    {
        var gradients = new ArmGradients(Arms, Dimensions, Width);
        var rng = new Rng(seed);
        for (var arm = 0; arm < Arms; arm++)
        {
            foreach (ref var value in gradients.Inputs.Row(arm))
            {
                value = (float)rng.NextGaussian();
            }
        }

        return gradients;
    }
}
