using CsCheck;
using Recs.Matching.Clusters;
using Recs.Matching.Numerics;
using Xunit;

namespace Recs.Tests.Clusters;

public sealed class ClusterAssignmentTests
{
    /// <summary>Golden vector A1 of the specification, to the 16 bits in which weights travel.</summary>
    [Fact]
    public void Gives_the_published_weights()
    {
        float[] centroids = [1, 0, 0, 1, 0.6f, 0.8f, -1, 0];
        var clusters = new int[3];
        var weights = new ushort[3];
        Assert.Equal(3, ClusterAssignment.Nearest([0.8f, 0.6f], centroids, 0.3f, clusters, weights));
        Assert.Equal([2, 0, 1], clusters);
        Assert.Equal(0.529705786228, weights[0] / 65535.0, 0.5 / 65535);
        Assert.Equal(0.310749896943, weights[1] / 65535.0, 0.5 / 65535);
        Assert.Equal(0.159544316828, weights[2] / 65535.0, 0.5 / 65535);
    }

    [Fact]
    public void Keeps_what_a_full_sort_would_keep() =>
        Gen.Select(Gen.Int[1, 35], Gen.Int[1, 80], Gen.Int[1, 16], Gen.ULong).Sample((dims, total, k, seed) =>
        {
            var rng = new Rng(seed);
            var viewer = Numbers(dims, ref rng);
            var centroids = Numbers(dims * total, ref rng);
            var clusters = new int[k];
            var weights = new ushort[k];
            var count = ClusterAssignment.Nearest(viewer, centroids, 0.3f, clusters, weights);
            Assert.Equal(Math.Min(k, total), count);
            var products = Enumerable.Range(0, total)
                .Select(c => Enumerable.Range(0, dims).Sum(d => viewer[d] * (double)centroids[(c * dims) + d])).ToArray();
            var expected = products.OrderDescending().Take(count).ToArray();
            var sum = expected.Sum(product => Math.Exp((product - expected[0]) / 0.3));
            for (var i = 0; i < count; i++)
            {
                Assert.Equal(expected[i], products[clusters[i]], 1e-4);
                Assert.Equal(Math.Exp((expected[i] - expected[0]) / 0.3) / sum, weights[i] / 65535.0, 1e-3);
            }

            Assert.Equal(count, clusters[..count].Distinct().Count());
        });

    [Fact]
    public void Equal_products_keep_the_lower_clusters()
    {
        var clusters = new int[3];
        var weights = new ushort[3];
        ClusterAssignment.Nearest([1f], [0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f], 0.3f, clusters, weights);
        Assert.Equal([0, 1, 2], clusters);
    }

    [Fact]
    public void The_smallest_weight_is_one_unit()
    {
        var weights = new ushort[2];
        ClusterAssignment.Nearest([1f], [1f, -1f], 0.01f, new int[2], weights);
        Assert.Equal([65535, 1], weights);
    }

    [Fact]
    public void Cold_clusters_come_in_proportion_to_their_population()
    {
        float[] population = [5, 0, 1, 3, 1, float.NaN, -2];
        var cumulative = new long[population.Length];
        ClusterAssignment.Accumulate(population, cumulative);
        const int Rounds = 60_000;
        var first = new int[7];
        var second = new int[7];
        var rng = new Rng(11);
        var clusters = new int[2];
        var weights = new ushort[2];
        for (var round = 0; round < Rounds; round++)
        {
            Assert.Equal(2, ClusterAssignment.Cold(cumulative, ref rng, clusters, weights));
            first[clusters[0]]++;
            second[clusters[1]]++;
        }

        double[] p = [0.5, 0, 0.1, 0.3, 0.1, 0, 0];
        for (var c = 0; c < 7; c++)
        {
            var next = Enumerable.Range(0, 7).Where(other => other != c).Sum(other => p[other] * p[c] / (1 - p[other]));
            Assert.Equal(p[c], first[c] / (double)Rounds, 5 * Math.Sqrt(p[c] / Rounds));
            Assert.Equal(next, second[c] / (double)Rounds, 5 * Math.Sqrt(next / Rounds));
        }

        Assert.Equal([32768, 32768], weights);
    }

    [Fact]
    public void Cold_clusters_are_distinct_and_as_many_as_have_a_population() =>
        Gen.Select(Gen.Int[0, 3].Array[0, 30], Gen.Int[1, 16], Gen.ULong).Sample((population, k, seed) =>
        {
            var rng = new Rng(seed);
            var cumulative = new long[population.Length];
            ClusterAssignment.Accumulate([.. population.Select(weight => (float)weight * weight * weight)], cumulative);
            var clusters = new int[k];
            var weights = new ushort[k];
            var count = ClusterAssignment.Cold(cumulative, ref rng, clusters, weights);
            var populated = population.Count(weight => weight > 0);
            Assert.Equal(Math.Min(k, populated == 0 ? population.Length : populated), count);
            Assert.Equal(count, clusters[..count].Distinct().Count());
            Assert.All(clusters[..count], cluster => Assert.True(populated == 0 || population[cluster] > 0));
            Assert.All(weights[..count], weight => Assert.Equal((int)Math.Round(65535.0 / count), weight));
        });

    static float[] Numbers(int count, ref Rng rng)
    {
        var numbers = new float[count];
        foreach (ref var number in numbers.AsSpan())
        {
            number = (float)rng.NextGaussian();
        }

        return numbers;
    }
}
