using CsCheck;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;
using Recs.Matching.Slates;
using Xunit;

namespace Recs.Tests.Slates;

public sealed class ArgmaxProbabilityTests
{
    static readonly Gen<(double Mean, double Deviation)> AnyBelief =
        Gen.Select(Gen.Double[0, 1], Gen.Double[-4, 0]).Select((mean, power) => (mean, Math.Pow(10, power)));

    [Fact]
    public void Two_draws_have_the_closed_form() =>
        Gen.Select(AnyBelief, AnyBelief).Sample((a, b) =>
        {
            var distance = (a.Mean - b.Mean) / Math.Sqrt((a.Deviation * a.Deviation) + (b.Deviation * b.Deviation));
            var probability = ArgmaxProbability.Of(0, [a.Mean, b.Mean], [a.Deviation, b.Deviation]);
            Assert.Equal(Normal.CDF(0, 1, distance), probability, 1e-7);
        });

    [Fact]
    public void The_probabilities_of_a_pool_add_up_to_one() =>
        AnyBelief.Array[1, 64].Sample(pool =>
        {
            var means = pool.Select(belief => belief.Mean).ToArray();
            var deviations = pool.Select(belief => belief.Deviation).ToArray();
            var total = Enumerable.Range(0, pool.Length).Sum(i => ArgmaxProbability.Of(i, means, deviations));
            Assert.Equal(1, total, 1e-7 * pool.Length);
        });

    [Fact]
    public void A_step_at_the_very_end_of_a_panel_is_seen()
    {
        for (var at = 0; at < 2000; at++)
        {
            double[] means = [0.5, 0.2 + (at * 0.0003), 0.5];
            double[] deviations = [1, 1e-3, 1e-2];
            var total = Enumerable.Range(0, 3).Sum(i => ArgmaxProbability.Of(i, means, deviations));
            Assert.Equal(1, total, 3e-7);
        }
    }

    [Fact]
    public void Agrees_with_a_fine_trapezoid_rule() =>
        AnyBelief.Array[2, 40].Sample(
            pool =>
            {
                var means = pool.Select(belief => belief.Mean).ToArray();
                var deviations = pool.Select(belief => belief.Deviation).ToArray();
                Assert.Equal(Trapezoid(pool), ArgmaxProbability.Of(0, means, deviations), 1e-6);
            },
            iter: 60);

    [Theory]
    [InlineData(2)]
    [InlineData(64)]
    [InlineData(256)]
    public void Equal_beliefs_are_a_fair_lot(int count)
    {
        var means = Enumerable.Repeat(0.4, count).ToArray();
        var deviations = Enumerable.Repeat(0.1, count).ToArray();
        Assert.Equal(1.0 / count, ArgmaxProbability.Of(count / 2, means, deviations), 1e-9);
    }

    [Fact]
    public void A_hopeless_draw_has_a_probability_above_zero() =>
        Assert.InRange(ArgmaxProbability.Of(0, [0, 1], [1e-3, 1e-3]), double.Epsilon, 1e-9);

    /// <summary>In the own draw's standard units, spaced finely enough for the sharpest rival.</summary>
    static double Trapezoid((double Mean, double Deviation)[] pool)
    {
        var (mean, deviation) = pool[0];
        var sharpest = pool.Min(belief => belief.Deviation) / deviation;
        var step = Math.Min(0.02, Math.Max(sharpest / 8, 1e-5));
        var total = 0.0;
        for (var z = -7.0; z <= 7; z += step)
        {
            var product = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
            for (var i = 1; i < pool.Length && product > 1e-12; i++)
            {
                var t = (mean + (z * deviation) - pool[i].Mean) / pool[i].Deviation;
                product *= 0.5 * SpecialFunctions.Erfc(-t / Math.Sqrt(2));
            }

            total += product * step;
        }

        return total;
    }
}
