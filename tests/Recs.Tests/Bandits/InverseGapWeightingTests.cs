using CsCheck;
using Recs.Matching.Bandits;
using Xunit;

namespace Recs.Tests.Bandits;

/// <summary>Golden vector A2 of the design document of the algorithms, and what holds for every input.</summary>
public sealed class InverseGapWeightingTests
{
    static readonly double[] Losses = [0.30, 0.35, 0.60, 0.90];

    [Fact]
    public void SquareCB_gives_the_published_distribution()
    {
        var probabilities = new double[4];
        InverseGapWeighting.SquareCb(Losses, 10, probabilities);
        AssertClose([0.534920634921, 0.222222222222, 0.142857142857, 0.1], probabilities);
    }

    [Fact]
    public void FastCB_gives_the_published_distribution()
    {
        var probabilities = new double[4];
        InverseGapWeighting.FastCb(Losses, 10, probabilities);
        AssertClose([0.710434173669, 0.176470588235, 0.0714285714286, 0.0416666666667], probabilities);
    }

    [Fact]
    public void FastCB_stops_exploring_when_the_best_loss_is_zero()
    {
        var probabilities = new double[3];
        InverseGapWeighting.FastCb([0.5, 0, 0.2], 10, probabilities);
        Assert.Equal([0, 1, 0], probabilities);
    }

    [Fact]
    public void Both_are_distributions_and_give_the_best_arm_the_most() =>
        Gen.Select(Gen.Double[0, 1].Array[1, 40], Gen.Double[0, 1000]).Sample((losses, gamma) =>
        {
            var square = new double[losses.Length];
            var fast = new double[losses.Length];
            InverseGapWeighting.SquareCb(losses, gamma, square);
            InverseGapWeighting.FastCb(losses, gamma, fast);
            var best = Array.IndexOf(losses, losses.Min());
            Assert.All(square, p => Assert.InRange(p, double.Epsilon, 1 + 1e-12));
            Assert.All(fast, p => Assert.InRange(p, 0, 1 + 1e-12));
            Assert.Equal(1, square.Sum(), 1e-9);
            Assert.Equal(1, fast.Sum(), 1e-9);
            Assert.True(square[best] >= square.Max() - 1e-12);
            Assert.True(fast[best] >= fast.Max() - 1e-12);
        });

    static void AssertClose(double[] expected, double[] actual)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-11);
        }
    }
}
