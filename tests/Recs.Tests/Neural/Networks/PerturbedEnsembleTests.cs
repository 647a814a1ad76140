using Recs.Neural.Networks;
using Xunit;

namespace Recs.Tests.Neural.Networks;

public sealed class PerturbedEnsembleTests
{
    const float Strength = 0.3f;

    [Fact]
    public void Many_members_are_a_pull_to_the_start()
    {
        const float Rate = 0.1f;
        var shape = new NetworkShape(16, [16], 1);
        using var network = NetworkTests.Drawn(shape, 41);
        using var ensemble = new PerturbedEnsemble(network, 20_000, Strength, 42);
        var start = network.Parameters.ToArray();
        var moved = new float[start.Length];
        for (var i = 0; i < 40; i++)
        {
            var at = shape.WeightsAt(0) + i;
            moved[at] = 0.05f * ((i % 7) - 3);
            network.Parameters[at] += moved[at];
        }

        var before = network.Parameters.ToArray();
        ensemble.Measure();
        var slope = ensemble.Gradient(0.7f, 0.2f, isLogistic: false);
        ensemble.Pull(Rate);

        // E[(f̃ − y)²]/2 = (f − y)²/2 + (c²/(2√m))·|θ − θ0|²: the slope stays f − y, the pull is c²/√m·(θ − θ0).
        Assert.Equal(0.5, slope, 0.02);
        var pulls = before.Zip(network.Parameters.ToArray(), (old, now) => old - now).ToArray();
        var expected = moved.Select(step => Rate * Strength * Strength / 4 * step).ToArray();
        var along = pulls.Zip(expected, (pull, step) => (double)pull * step).Sum() / expected.Sum(step => (double)step * step);
        Assert.Equal(1, along, 0.15);
    }

    [Fact]
    public void Nothing_is_pulled_where_nothing_has_moved_and_the_padding_stays_empty()
    {
        var shape = new NetworkShape(3, [5], 2);
        using var network = NetworkTests.Drawn(shape, 43);
        using var ensemble = new PerturbedEnsemble(network, 4, Strength, 44);
        ensemble.Measure();
        Assert.All(ensemble.Offsets, offset => Assert.Equal(0, offset));

        _ = ensemble.Gradient(0.9f, 0, isLogistic: true);
        ensemble.Pull(0.1f);

        for (var input = 0; input <= 3; input++)
        {
            var row = network.Parameters.Slice(shape.WeightsAt(0) + (input * shape.Stride(0)), shape.Stride(0)).ToArray();
            Assert.All(row[5..], value => Assert.Equal(0, value));
        }
    }

    [Fact]
    public void A_slope_that_is_not_finite_pulls_nothing()
    {
        var shape = new NetworkShape(3, [5]);
        using var network = NetworkTests.Drawn(shape, 45);
        using var ensemble = new PerturbedEnsemble(network, 4, Strength, 46);
        var before = network.Parameters.ToArray();
        ensemble.Measure();

        _ = ensemble.Gradient(float.NaN, 0, isLogistic: false);
        ensemble.Pull(0.1f);

        Assert.Equal(before, network.Parameters.ToArray());
    }
}
