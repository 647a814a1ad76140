using Recs.Matching.Slates;
using Xunit;

namespace Recs.Tests.Slates;

public sealed class RecencyPenaltyTests
{
    /// <summary>Golden vector A6 of the specification.</summary>
    [Fact]
    public void Gives_the_published_shape()
    {
        double[] scores = [0.020, 0.018, 0.010];
        double[] days = [1, 20, double.PositiveInfinity];
        double[] penalised = [.. scores.Zip(days, (score, d) => score - RecencyPenalty.Of(d, 0.017, 15))];
        double[] probabilities = new double[3];
        RecencyPenalty.Softmax(penalised, 0.0025, probabilities);
        Assert.Equal(0.00376769273352, penalised[0], 1e-14);
        Assert.Equal(0.0112535455291, penalised[1], 1e-13);
        Assert.Equal(0.01, penalised[2], 1e-14);
        Assert.Equal(0.0302400047137, probabilities[0], 1e-12);
        Assert.Equal(0.603959308379, probabilities[1], 1e-12);
        Assert.Equal(0.365800686907, probabilities[2], 1e-12);
    }

    [Fact]
    public void Only_items_of_the_history_are_penalised()
    {
        Candidate[] items = [Draws.Item(7, 0.5f, 0.4f), Draws.Item(3, 0.5f, 0.4f), Draws.Item(9, float.PositiveInfinity)];
        RecencyPenalty.Apply(items, [3, 8, 9], [15f, 0f, 0f]);
        Assert.Equal(0.5f, items[0].Score);
        Assert.Equal(0.5 - 0.0085, items[1].Score, 1e-6);
        Assert.Equal(0.4 - 0.0085, items[1].Mean, 1e-6);
        Assert.Equal(float.PositiveInfinity, items[2].Score);
    }
}
