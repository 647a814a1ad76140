using CsCheck;
using Recs.Matching.Contexts;
using Recs.Offline.Clustering;
using Xunit;

namespace Recs.Tests.Offline;

/// <summary>Clusters of unit vectors.</summary>
public sealed class SphericalKMeansTests
{
    static readonly ParallelOptions Work = new() { MaxDegreeOfParallelism = 2 };

    static readonly Gen<(float[] Points, int Dims, int Clusters)> Cases =
        from dims in Gen.Int[1, 20]
        from count in Gen.Int[1, 80]
        from clusters in Gen.Int[1, 40]
        from values in Gen.Float[-1, 1].Array[dims * count]
        select (Unit(values, dims), dims, clusters);

    [Fact]
    public void Assigns_every_point_to_the_nearest_centroid() => Cases.Sample((points, dims, clusters) =>
    {
        var centroids = points.Concat(points).Concat(points).Take(clusters * dims).ToArray();
        var count = points.Length / dims;
        var assigned = new int[count];
        var similarities = new float[count];
        Nearest.Assign(points, new Panels(centroids, dims), assigned, similarities, Work);
        for (var i = 0; i < count; i++)
        {
            var best = Enumerable.Range(0, centroids.Length / dims).Max(cluster => Dot(points, i, centroids, cluster, dims));
            Assert.Equal(best, similarities[i], 1e-4);
            Assert.Equal(best, Dot(points, i, centroids, assigned[i], dims), 1e-4);
        }
    });

    [Fact]
    public void Leaves_no_cluster_empty_while_there_are_enough_directions() => Cases.Sample((points, dims, clusters) =>
    {
        var result = SphericalKMeans.Run(points, dims, new(clusters, 10, 3), null, Work);
        var directions = Directions(points, dims);
        Assert.True(result.Counts.Count(count => count > 0) >= Math.Min(clusters, directions), "an empty cluster is left");
        Assert.Equal(points.Length / dims, result.Counts.Sum());
    });

    [Fact]
    public void Never_raises_the_inertia() => Cases.Sample((points, dims, clusters) =>
    {
        var result = SphericalKMeans.Run(points, dims, new(clusters, 10, 3) { Tolerance = -1 }, null, Work);
        for (var pass = 1; pass < result.Inertias.Count; pass++)
        {
            Assert.True(result.Inertias[pass] <= result.Inertias[pass - 1] + 1e-5, "a pass raised the inertia");
        }
    });

    [Fact]
    public void Fills_empty_clusters_of_a_bad_start()
    {
        var points = Unit([.. Enumerable.Range(0, 300).SelectMany(i => new[] { MathF.Cos(i * 0.02f), MathF.Sin(i * 0.02f), 0.01f * i })], 3);
        var start = Enumerable.Repeat(new[] { 0f, 0f, -1f }, 20).SelectMany(centroid => centroid).ToArray();
        var result = SphericalKMeans.Run(points, 3, new(20, 10, 1), start, Work);
        Assert.DoesNotContain(0, result.Counts);
        Assert.True(result.Moved >= 19);
    }

    [Fact]
    public void Leaves_clusters_where_they_are_when_there_are_no_points()
    {
        var start = Unit([1, 2, 3, 4], 2);
        Assert.Equal(start, SphericalKMeans.Run([], 2, new(2, 5, 1), start, Work).Centroids);
        var drawn = SphericalKMeans.Run([], 2, new(7, 5, 1), null, Work).Centroids;
        Assert.All(drawn.Chunk(2), centroid => Assert.Equal(1, (centroid[0] * centroid[0]) + (centroid[1] * centroid[1]), 1e-5));
    }

    [Fact]
    public void Finds_groups_that_are_there()
    {
        var rng = new Recs.Matching.Numerics.Rng(9);
        var points = new float[900 * 8];
        for (var i = 0; i < 900; i++)
        {
            for (var d = 0; d < 8; d++)
            {
                points[(i * 8) + d] = (d == i % 6 ? 1 : 0) + (0.05f * (float)rng.NextGaussian());
            }
        }

        var result = SphericalKMeans.Run(Unit(points, 8), 8, new(6, 20, 4), null, Work);
        Assert.All(result.Counts, count => Assert.Equal(150, count));
    }

    static int Directions(float[] points, int dims)
    {
        var distinct = new List<float[]>();
        foreach (var point in points.Chunk(dims))
        {
            if (!distinct.Exists(other => other.Zip(point, (a, b) => a * b).Sum() > 1 - 1e-4f))
            {
                distinct.Add(point);
            }
        }

        return distinct.Count;
    }

    static float[] Unit(float[] values, int dims)
    {
        for (var at = 0; at < values.Length; at += dims)
        {
            if (!UnitVector.Normalise(values.AsSpan(at, dims)))
            {
                values[at] = 1;
            }
        }

        return values;
    }

    static float Dot(float[] points, int point, float[] centroids, int centroid, int dims)
    {
        var sum = 0f;
        for (var d = 0; d < dims; d++)
        {
            sum += points[(point * dims) + d] * centroids[(centroid * dims) + d];
        }

        return sum;
    }
}
