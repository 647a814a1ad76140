using System.Runtime.InteropServices;

using Recs.Matching.Contexts;
using Recs.Offline.Clustering;
using Recs.Offline.Embeddings;

namespace Recs.Offline.Checkpoints;

/// <summary>The results of the long steps as sections of bytes, exact to the last bit.</summary>
static class Steps
{
    /// <summary>The vectors, by the kind of training.</summary>
    public static ItemSpace Embed(TrainingCheckpoints? checkpoints, Func<ItemSpace> work) =>
        checkpoints is null ? work() : checkpoints.Run("embed", work, Write, ReadSpace);

    /// <summary>The viewers' clusters.</summary>
    public static ClusteringResult Cluster(TrainingCheckpoints? checkpoints, Func<ClusteringResult> work) =>
        checkpoints is null ? work() : checkpoints.Run("cluster", work, Write, ReadClusters);

    static byte[][] Write(ItemSpace space) =>
    [
        Bytes([space.Dims, space.Map.Buckets, space.Map.Embedding, space.FoldIn.Steps]),
        Bytes([space.FoldIn.Alpha, space.FoldIn.Ridge]),
        Bytes([space.Loss ?? double.NaN, space.Auc ?? double.NaN]),
        Bytes(space.Vectors),
        Bytes(space.Sources),
        Bytes(space.Gram),
        MemoryMarshal.AsBytes(space.Map.Weights).ToArray(),
    ];

    static ItemSpace ReadSpace(byte[][] sections)
    {
        var (shape, fold, figures) = (Array<int>(sections[0]), Array<float>(sections[1]), Array<double>(sections[2]));
        return new(
            shape[0], Array<float>(sections[3]), Array<VectorSource>(sections[4]), Array<float>(sections[5]),
            new ContentMap(shape[1], shape[2], shape[0], Array<float>(sections[6])),
            new FoldInOptions { Alpha = fold[0], Ridge = fold[1], Steps = shape[3] })
        {
            Loss = double.IsNaN(figures[0]) ? null : figures[0],
            Auc = double.IsNaN(figures[1]) ? null : figures[1],
        };
    }

    static byte[][] Write(ClusteringResult result) =>
    [
        Bytes([result.Moved]), Bytes(result.Centroids), Bytes(result.Clusters), Bytes(result.Counts), Bytes<double>([.. result.Inertias]),
    ];

    static ClusteringResult ReadClusters(byte[][] sections) => new(
        Array<float>(sections[1]), Array<int>(sections[2]), Array<int>(sections[3]), Array<double>(sections[4]), Array<int>(sections[0])[0]);

    static byte[] Bytes<T>(T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    static T[] Array<T>(byte[] section)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(section).ToArray();
}
