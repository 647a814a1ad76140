using Recs.Matching.Bandits;
using Recs.Offline.Evaluation;
using Xunit;

namespace Recs.Tests.Bandits;

/// <summary>Golden vector A1 of the design document of the algorithms.</summary>
public sealed class DiagLinUcbTests
{
    const double Tolerance = 1e-11;

    static readonly int[] Clusters = TopClusters();
    static readonly double[] Weights = ContextWeights.Softmax(Similarities(), Clusters, 0.3);

    [Fact]
    public void The_three_nearest_centroids_are_active_best_first() => Assert.Equal([2, 0, 1], Clusters);

    [Fact]
    public void Weights_are_the_softmax_over_the_active_centroids()
    {
        Assert.Equal(0.529705786228, Weights[0], Tolerance);
        Assert.Equal(0.310749896943, Weights[1], Tolerance);
        Assert.Equal(0.159544316828, Weights[2], Tolerance);
    }

    [Fact]
    public void An_item_without_feedback_has_only_its_interval()
    {
        double[] precisions = [1, 1, 1];
        double[] rewards = [0, 0, 0];

        Assert.Equal(0.402608107446, DiagLinUcb.Variance(Weights, precisions), Tolerance);
        Assert.Equal(0.317257035953, DiagLinUcb.Score(Weights, precisions, rewards, 0.5), Tolerance);
    }

    [Fact]
    public void Three_rewards_with_the_same_weights_give_the_published_sums_and_score()
    {
        double[] precisions = [1, 1, 1];
        double[] rewards = [0, 0, 0];
        foreach (var reward in (double[])[1, 0, 1])
        {
            for (var k = 0; k < Weights.Length; k++)
            {
                precisions[k] += Weights[k] * Weights[k];
                rewards[k] += Weights[k] * reward;
            }
        }

        AssertClose([1.84176465989, 1.28969649535, 1.0763631671], precisions);
        AssertClose([1.05941157246, 0.621499793887, 0.319088633657], rewards);
        Assert.Equal(0.50174118717, DiagLinUcb.Mean(Weights, precisions, rewards), Tolerance);
        Assert.Equal(0.250870593585, DiagLinUcb.Variance(Weights, precisions), Tolerance);
        Assert.Equal(0.752176105654, DiagLinUcb.Score(Weights, precisions, rewards, 0.5), Tolerance);
    }

    [Fact]
    public void The_full_regression_on_the_same_data_shows_how_much_the_diagonal_inflates()
    {
        var inverse = new double[9];
        var moments = new double[3];
        var coefficients = new double[3];
        LinUcb.Reset(inverse, 3, 1);
        foreach (var reward in (double[])[1, 0, 1])
        {
            LinUcb.Add(inverse, Weights, coefficients);
            for (var k = 0; k < 3; k++)
            {
                moments[k] += reward * Weights[k];
            }
        }

        LinUcb.Solve(inverse, moments, coefficients);

        Assert.Equal(0.364710274611, LinUcb.Dot(Weights, coefficients), Tolerance);
        Assert.Equal(0.182355137305, LinUcb.Variance(inverse, Weights), Tolerance);
    }

    static double[] Similarities() => [0.8, 0.6, (0.8 * 0.6) + (0.6 * 0.8), -0.8];

    static int[] TopClusters()
    {
        var top = new int[3];
        ContextWeights.TopClusters(Similarities(), top);
        return top;
    }

    static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], Tolerance * 10);
        }
    }
}
