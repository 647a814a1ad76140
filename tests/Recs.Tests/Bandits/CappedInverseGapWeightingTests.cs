using CsCheck;
using Recs.Matching.Bandits;
using Xunit;

namespace Recs.Tests.Bandits;

public sealed class CappedInverseGapWeightingTests
{
    static readonly double[] Losses = [0.30, 0.35, 0.60, 0.90];
    static readonly double[] Uniform = [0.25, 0.25, 0.25, 0.25];

    [Theory]
    [InlineData(4, 10, 0.13931029097, 0.383597804348, 0.3218645391, 0.178351766386, 0.116185890166)]
    [InlineData(2, 10, 0.295967818609, 0.480620509265, 0.324607491425, 0.123752518495, 0.0710194808158)]
    [InlineData(4, 100, 0.297373926026, 0.792011833676, 0.159677900362, 0.0319870952314, 0.0163231707314)]
    public void Distributions_are_those_of_the_design(double tau, double gamma, double beta, params double[] expected)
    {
        var probabilities = new double[4];

        Assert.Equal(beta, CappedInverseGapWeighting.Fill(Losses, Uniform, tau, gamma, probabilities), 1e-10);

        for (var arm = 0; arm < 4; arm++)
        {
            Assert.Equal(expected[arm], probabilities[arm], 1e-10);
        }
    }

    [Fact]
    public void No_density_is_above_the_cap_or_below_the_floor_that_bounds_weights() =>
        Gen.Select(Gen.Double[0, 1].Array[1, 40], Gen.Double[1, 50], Gen.Double[0.1, 1000]).Sample((losses, tau, gamma) =>
        {
            var probabilities = new double[losses.Length];
            var reference = Enumerable.Repeat(1.0 / losses.Length, losses.Length).ToArray();

            var beta = CappedInverseGapWeighting.Fill(losses, reference, tau, gamma, probabilities);

            Assert.Equal(1, probabilities.Sum(), 1e-9);
            Assert.InRange(beta, ((1 - tau) / gamma) - 1e-9, 1);
            foreach (var probability in probabilities)
            {
                Assert.InRange(probability * losses.Length, (tau / (gamma + tau)) - 1e-6, tau + 1e-6);
            }
        });
}
