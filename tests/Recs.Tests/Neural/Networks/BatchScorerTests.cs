using Recs.Neural.Networks;
using Xunit;

namespace Recs.Tests.Neural.Networks;

/// <summary>A batch gives what one candidate at a time gives.</summary>
public sealed class BatchScorerTests
{
    [Theory]
    [MemberData(nameof(NetworkTests.Shapes), MemberType = typeof(NetworkTests))]
    public void Scores_and_variances_are_those_of_single_candidates(int inputs, int[] hidden, int outputs)
    {
        const int Count = 37;
        const float Lambda = 0.5f;
        var shape = new NetworkShape(inputs, hidden, outputs);
        using var network = NetworkTests.Drawn(shape, 21);
        using var diagonal = new GradientDiagonal(shape);
        using var pass = new NetworkPass(shape);
        var weights = NetworkTests.Input(outputs, 22);
        for (var shown = 0; shown < 50; shown++)
        {
            network.Forward(NetworkTests.Input(inputs, 1000 + (ulong)shown), pass);
            Assert.True(diagonal.Add(network, pass, weights));
        }

        using var scorer = new BatchScorer(network, diagonal, Lambda, weights);
        using var scratch = new BatchScratch(shape, 64);
        for (var row = 0; row < Count; row++)
        {
            NetworkTests.Input(inputs, (ulong)row).CopyTo(scratch.Input(row));
        }

        var (scores, variances) = (new float[Count], new float[Count]);
        scorer.Score(scratch, Count, scores, variances);

        for (var row = 0; row < Count; row++)
        {
            var heads = network.Forward(NetworkTests.Input(inputs, (ulong)row), pass);
            var expected = 0f;
            for (var head = 0; head < outputs; head++)
            {
                expected += weights[head] * heads[head];
                Assert.Equal(heads[head], scorer.Heads(scratch, row)[head], 1e-4);
            }

            Assert.Equal(expected, scores[row], 1e-3);
            var variance = diagonal.Variance(network, pass, weights, Lambda);
            Assert.Equal(variance, variances[row], 1e-3 * Math.Max(1, variance));
        }
    }

    [Fact]
    public void A_variance_is_the_sum_of_squared_finite_differences_and_falls_where_examples_were()
    {
        var shape = new NetworkShape(4, [6]);
        using var network = NetworkTests.Drawn(shape, 31);
        using var diagonal = new GradientDiagonal(shape);
        using var pass = new NetworkPass(shape);
        var input = NetworkTests.Input(4, 32);
        var head = network.Forward(input, pass)[0];
        var fresh = diagonal.Variance(network, pass, [1], 2);

        var squares = 0.0;
        const float Step = 1e-2f;
        for (var at = 0; at < shape.Length; at++)
        {
            network.Parameters[at] += Step;
            var moved = network.Forward(input, pass)[0];
            network.Parameters[at] -= Step;
            squares += (moved - head) / Step * ((moved - head) / Step);
        }

        Assert.Equal(squares / 2, fresh, 0.02 * squares);
        network.Forward(input, pass);
        Assert.True(diagonal.Add(network, pass, [1]));
        Assert.True(diagonal.Variance(network, pass, [1], 2) < fresh);
    }

    [Fact]
    public void A_gradient_that_is_not_finite_is_not_added()
    {
        var shape = new NetworkShape(4, [6]);
        using var network = NetworkTests.Drawn(shape, 31);
        using var diagonal = new GradientDiagonal(shape);
        using var pass = new NetworkPass(shape);

        network.Forward([float.NaN, 0, 0, 0], pass);

        Assert.False(diagonal.Add(network, pass, [1]));
        Assert.True(float.IsNaN(diagonal.Variance(network, pass, [1], 1)));
        Assert.All(diagonal.Sums.ToArray(), sum => Assert.Equal(0, sum));
    }

    [Fact]
    public void Scoring_allocates_nothing()
    {
        using var network = NetworkTests.Drawn(NetworkShape.Default, 1);
        using var diagonal = new GradientDiagonal(NetworkShape.Default);
        using var scorer = new BatchScorer(network, diagonal, 1, [1]);
        using var scratch = new BatchScratch(NetworkShape.Default, 500);
        var (scores, variances) = (new float[500], new float[500]);
        scorer.Score(scratch, 500, scores, variances);
        var before = GC.GetAllocatedBytesForCurrentThread();
        scorer.Score(scratch, 500, scores, variances);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
