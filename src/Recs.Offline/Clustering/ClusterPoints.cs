using Recs.Matching.Contexts;
using Recs.Offline.Embeddings;

namespace Recs.Offline.Clustering;

/// <summary>What is clustered: the viewers, and the items too while there are few viewers.</summary>
static class ClusterPoints
{
    /// <summary>Chooses the points.</summary>
    /// <param name="viewers">Unit vectors, shape [viewers x D].</param>
    /// <param name="space">The items.</param>
    /// <param name="shape">D and C.</param>
    /// <param name="options">How many viewers are few.</param>
    /// <returns>Unit vectors, shape [points x D].</returns>
    public static float[] Of(float[] viewers, ItemSpace space, ModelShape shape, RetrainOptions options)
    {
        if (viewers.Length >= (long)shape.Clusters * options.ViewersPerClusterMin * shape.Dims)
        {
            return viewers;
        }

        var points = new float[viewers.Length + space.Vectors.Length];
        viewers.CopyTo(points, 0);
        var kept = viewers.Length;
        for (var at = 0; at < space.Vectors.Length; at += shape.Dims)
        {
            var point = points.AsSpan(kept, shape.Dims);
            space.Vectors.AsSpan(at, shape.Dims).CopyTo(point);
            kept += UnitVector.Normalise(point) ? shape.Dims : 0;
        }

        return points[..kept];
    }

    /// <summary>Share of the points that are in the cluster they would have been in before; null without points.</summary>
    public static double? Kept(float[] points, float[] before, ClusteringResult clusters, ParallelOptions work)
    {
        var count = clusters.Clusters.Length;
        if (count == 0)
        {
            return null;
        }

        var nearest = new int[count];
        Nearest.Assign(points, new Panels(before, points.Length / count), nearest, new float[count], work);
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            kept += nearest[i] == clusters.Clusters[i] ? 1 : 0;
        }

        return (double)kept / count;
    }
}
