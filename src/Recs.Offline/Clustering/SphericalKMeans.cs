using System.Numerics.Tensors;
using Recs.Matching.Contexts;

namespace Recs.Offline.Clustering;

/// <summary>
/// Clusters of unit vectors by direction (Dhillon and Modha, Machine Learning 2001): a point goes to the centroid with the
/// largest inner product, a centroid is the direction of its points' sum.
/// </summary>
/// <remarks>Sums run over the points in order, so the result does not depend on the number of threads.</remarks>
public static class SphericalKMeans
{
    /// <summary>Rounds of filling empty clusters after a pass: each fills every empty one, and may empty another.</summary>
    const int FillRoundsMax = 16;

    /// <summary>Unit vectors whose inner product is above this count as one direction.</summary>
    const float SameDirection = 1 - 1e-5f;

    /// <summary>Clusters points.</summary>
    /// <param name="points">Unit vectors, shape [n x D], row-major; n may be 0.</param>
    /// <param name="dims">D.</param>
    /// <param name="options">Settings.</param>
    /// <param name="start">Centroids to start from, shape [C x D]; null draws them. Not written to.</param>
    /// <param name="work">Threads and cancellation.</param>
    /// <param name="afterPass">Called with the number of passes done.</param>
    /// <returns>
    /// The partition. With at least C directions among the points no cluster is empty; with fewer, the clusters left
    /// over stay where they started.
    /// </returns>
    /// <remarks>O(passes·n·C·D).</remarks>
    public static ClusteringResult Run(
        float[] points, int dims, ClusteringOptions options, float[]? start, ParallelOptions work,
        Action<int>? afterPass = null)
    {
        var centroids = start?.AsSpan().ToArray() ?? Seeding.Draw(points, dims, options, work);
        var clusters = new int[points.Length / dims];
        var similarities = new float[clusters.Length];
        var counts = new int[options.Clusters];
        var inertias = new List<double>();
        var moved = 0;
        if (clusters.Length == 0)
        {
            return new(centroids, clusters, counts, inertias, moved);
        }

        for (var pass = 0; ; pass++)
        {
            moved += AssignAndFill(points, dims, centroids, clusters, similarities, counts, work);
            inertias.Add(1 - (similarities.Sum(similarity => (double)similarity) / similarities.Length));
            afterPass?.Invoke(pass + 1);
            if (pass + 1 >= options.PassesMax || HasSettled(inertias, options.Tolerance))
            {
                return new(centroids, clusters, counts, inertias, moved);
            }

            MoveToMeans(points, dims, centroids, clusters, counts);
        }
    }

    static bool HasSettled(List<double> inertias, double tolerance) =>
        inertias.Count > 1 && inertias[^2] - inertias[^1] <= tolerance * inertias[^2];

    /// <summary>Assigns all points, and gives each empty cluster the point that fits its own worst.</summary>
    static int AssignAndFill(
        float[] points, int dims, float[] centroids, int[] clusters, float[] similarities, int[] counts,
        ParallelOptions work)
    {
        var moved = 0;
        for (var round = 0; ; round++)
        {
            Nearest.Assign(points, new Panels(centroids, dims), clusters, similarities, work);
            Array.Clear(counts);
            foreach (var cluster in clusters)
            {
                counts[cluster]++;
            }

            if (round == FillRoundsMax || !counts.Contains(0))
            {
                return moved;
            }

            var filled = Fill(points, dims, centroids, clusters, similarities, counts);
            if (filled == 0)
            {
                return moved;
            }

            moved += filled;
        }
    }

    /// <summary>Moves empty clusters onto points, worst fit first; no cluster gives away its last point.</summary>
    static int Fill(
        float[] points, int dims, float[] centroids, int[] clusters, float[] similarities, int[] counts)
    {
        var keys = similarities.AsSpan().ToArray();
        var order = Enumerable.Range(0, clusters.Length).ToArray();
        keys.AsSpan().Sort(order.AsSpan());
        var filled = new List<int>();
        var next = 0;
        for (var cluster = 0; cluster < counts.Length; cluster++)
        {
            if (counts[cluster] > 0)
            {
                continue;
            }

            while (next < order.Length && keys[next] <= SameDirection && !CanMove(order[next]))
            {
                next++;
            }

            if (next == order.Length || keys[next] > SameDirection)
            {
                break;
            }

            var point = order[next++];
            counts[clusters[point]]--;
            counts[cluster] = 1;
            clusters[point] = cluster;
            points.AsSpan(point * dims, dims).CopyTo(centroids.AsSpan(cluster * dims, dims));
            filled.Add(cluster);
        }

        return filled.Count;

        bool CanMove(int point) => counts[clusters[point]] > 1 && !filled.Exists(cluster =>
            TensorPrimitives.Dot<float>(
                points.AsSpan(point * dims, dims), centroids.AsSpan(cluster * dims, dims)) > SameDirection);
    }

    /// <summary>Centroids become the direction of their points' sum; one without points, or without direction, stays.</summary>
    static void MoveToMeans(float[] points, int dims, float[] centroids, int[] clusters, int[] counts)
    {
        var sums = new double[centroids.Length];
        for (var point = 0; point < clusters.Length; point++)
        {
            var sum = sums.AsSpan(clusters[point] * dims, dims);
            var vector = points.AsSpan(point * dims, dims);
            for (var d = 0; d < dims; d++)
            {
                sum[d] += vector[d];
            }
        }

        var mean = new float[dims];
        for (var cluster = 0; cluster < counts.Length; cluster++)
        {
            TensorPrimitives.ConvertTruncating<double, float>(sums.AsSpan(cluster * dims, dims), mean);
            if (counts[cluster] > 0 && UnitVector.Normalise(mean))
            {
                mean.CopyTo(centroids.AsSpan(cluster * dims, dims));
            }
        }
    }
}
