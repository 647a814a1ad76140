using System.Numerics.Tensors;
using Recs.Matching.Contexts;
using Recs.Matching.Numerics;

namespace Recs.Offline.Clustering;

/// <summary>
/// First centroids by k-means++ (Arthur and Vassilvitskii, SODA 2007) on a sample of the points: each drawn with
/// probability proportional to its distance from those before. From the sixteenth on several are drawn between two
/// updates of the distances, an eighth of those there are (the idea of k-means||, Bahmani et al., VLDB 2012).
/// </summary>
static class Seeding
{
    /// <summary>Unit vectors whose inner product is above this count as one direction.</summary>
    const float SameDirection = 1 - 1e-5f;

    /// <summary>A batch is the centroids there are divided by this, at least one.</summary>
    const int BatchShare = 8;

    /// <summary>Draws that may hit a taken direction before a batch ends early.</summary>
    const int TriesMax = 8;

    /// <summary>Draws C centroids.</summary>
    /// <param name="points">Unit vectors, shape [n x D], possibly none.</param>
    /// <param name="dims">D.</param>
    /// <param name="options">C, seed and the size of the sample.</param>
    /// <param name="work">Threads and cancellation.</param>
    /// <returns>
    /// Unit vectors, shape [C x D]. Where the points have fewer than C directions the rest are random directions.
    /// </returns>
    /// <remarks>O(sample·C·D), the sample being some points per cluster.</remarks>
    public static float[] Draw(float[] points, int dims, ClusteringOptions options, ParallelOptions work)
    {
        var rng = new Rng(options.Seed);
        var sample = Sample(points, dims, options, ref rng);
        var count = sample.Length / dims;
        var centroids = new float[options.Clusters * dims];
        var distances = new float[count];
        distances.AsSpan().Fill(1);
        var nearest = new int[count];
        var similarities = new float[count];
        var drawn = 0;
        while (drawn < options.Clusters)
        {
            var batch = Math.Min(options.Clusters - drawn, Math.Max(1, drawn / BatchShare));
            var added = DrawBatch(sample, dims, distances, centroids.AsSpan(drawn * dims, batch * dims), ref rng);
            if (added == 0)
            {
                break;
            }

            var latest = new Panels(centroids.AsSpan(drawn * dims, added * dims), dims);
            Nearest.Assign(sample, latest, nearest, similarities, work);
            for (var i = 0; i < count; i++)
            {
                var distance = similarities[i] > SameDirection ? 0 : 1 - similarities[i];
                distances[i] = Math.Min(distances[i], distance);
            }

            drawn += added;
        }

        for (; drawn < options.Clusters; drawn++)
        {
            DrawDirection(centroids.AsSpan(drawn * dims, dims), ref rng);
        }

        return centroids;
    }

    /// <summary>Draws a batch of points of different directions by their distances.</summary>
    /// <returns>How many were drawn; 0 when no point is left.</returns>
    static int DrawBatch(float[] sample, int dims, float[] distances, Span<float> batch, ref Rng rng)
    {
        var cumulative = new double[distances.Length];
        var total = 0.0;
        for (var i = 0; i < distances.Length; i++)
        {
            total += distances[i];
            cumulative[i] = total;
        }

        var size = batch.Length / dims;
        var added = 0;
        for (var tries = 0; total > 0 && added < size && tries < size + TriesMax; tries++)
        {
            var at = Array.BinarySearch(cumulative, rng.NextDouble() * total);
            var point = sample.AsSpan(Reached(cumulative, at < 0 ? ~at : at + 1) * dims, dims);
            if (!IsTaken(point, batch[..(added * dims)]))
            {
                point.CopyTo(batch[(added++ * dims)..]);
            }
        }

        return added;
    }

    /// <summary>Rounding can point behind the last distance that is not 0: steps back to it.</summary>
    static int Reached(double[] cumulative, int index)
    {
        index = Math.Min(index, cumulative.Length - 1);
        while (index > 0 && cumulative[index] == cumulative[index - 1])
        {
            index--;
        }

        return index;
    }

    static bool IsTaken(ReadOnlySpan<float> point, ReadOnlySpan<float> taken)
    {
        for (var at = 0; at < taken.Length; at += point.Length)
        {
            if (TensorPrimitives.Dot(point, taken.Slice(at, point.Length)) > SameDirection)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Fills a unit vector with a uniform direction.</summary>
    public static void DrawDirection(Span<float> vector, ref Rng rng)
    {
        do
        {
            foreach (ref var part in vector)
            {
                part = (float)rng.NextGaussian();
            }
        }
        while (!UnitVector.Normalise(vector));
    }

    /// <summary>Distinct points, by a partial Fisher-Yates shuffle.</summary>
    static float[] Sample(float[] points, int dims, ClusteringOptions options, ref Rng rng)
    {
        var order = Enumerable.Range(0, points.Length / dims).ToArray();
        var size = (int)Math.Min(order.Length, (long)options.Clusters * options.SeedPointsPerCluster);
        var sample = new float[size * dims];
        for (var i = 0; i < size; i++)
        {
            var other = i + rng.NextInt(order.Length - i);
            (order[i], order[other]) = (order[other], order[i]);
            points.AsSpan(order[i] * dims, dims).CopyTo(sample.AsSpan(i * dims));
        }

        return sample;
    }
}
