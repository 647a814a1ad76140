using System.Numerics.Tensors;
using Recs.Matching.Contexts;

namespace Recs.Offline.Gates;

/// <summary>How points spread over centroids.</summary>
/// <param name="Points">Number of points.</param>
/// <param name="Effective">exp of the entropy of the shares: as many clusters of equal size would spread as much.</param>
/// <param name="Largest">Share of the largest cluster.</param>
/// <param name="Empty">Clusters without any point.</param>
readonly record struct ClusterSpread(int Points, double Effective, double Largest, int Empty)
{
    /// <summary>Puts every point to the centroid with the largest inner product. O(points · clusters · D).</summary>
    /// <param name="points">Unit vectors, shape [n x D], n ≥ 1.</param>
    /// <param name="centroids">Shape [C x D].</param>
    /// <param name="dims">D.</param>
    public static ClusterSpread Of(float[] points, float[] centroids, int dims)
    {
        var sizes = new int[centroids.Length / dims];
        for (var at = 0; at < points.Length; at += dims)
        {
            sizes[Nearest(points.AsSpan(at, dims), centroids)]++;
        }

        var count = points.Length / dims;
        var entropy = 0.0;
        foreach (var size in sizes)
        {
            var share = (double)size / count;
            entropy -= size == 0 ? 0 : share * Math.Log(share);
        }

        return new(count, Math.Exp(entropy), (double)sizes.Max() / count, sizes.Count(size => size == 0));
    }

    /// <summary>Brings every vector that has a direction to length one, in place.</summary>
    public static void Normalise(float[] points, int dims)
    {
        for (var at = 0; at < points.Length; at += dims)
        {
            UnitVector.Normalise(points.AsSpan(at, dims));
        }
    }

    static int Nearest(ReadOnlySpan<float> point, float[] centroids)
    {
        var (best, nearest) = (float.NegativeInfinity, 0);
        for (var cluster = 0; cluster * point.Length < centroids.Length; cluster++)
        {
            var score = TensorPrimitives.Dot(point, centroids.AsSpan(cluster * point.Length, point.Length));
            (best, nearest) = score > best ? (score, cluster) : (best, nearest);
        }

        return nearest;
    }
}
