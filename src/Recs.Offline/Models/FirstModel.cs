using Recs.Matching.Contexts;
using Recs.Matching.Numerics;
using Recs.Offline.Clustering;
using Recs.Offline.Embeddings;
using Recs.Schema.Models;

namespace Recs.Offline.Models;

/// <summary>
/// The model of an empty store: seeded centroids, a seeded map from content, no items and no edges. With it an item is
/// explorable the moment it is upserted, and the first training starts from its centroids.
/// </summary>
public static class FirstModel
{
    /// <summary>Makes the model.</summary>
    /// <param name="options">Shapes, fold-in, base rate and seed. The same ones give the same model in every process.</param>
    /// <param name="embedding">E ≥ 0: length of the embeddings that callers will give, 0 when not known.</param>
    /// <param name="createdAt">Stamp.</param>
    public static ModelFile Create(RetrainOptions options, int embedding, DateTimeOffset createdAt)
    {
        var dims = options.Dims ?? RetrainOptions.DimsDefault;
        var clusters = options.Clusters ?? RetrainOptions.ClustersDefault;
        var buckets = options.Buckets ?? RetrainOptions.BucketsDefault;
        var centroids = new float[clusters * dims];
        var rng = new Rng(options.Seed);
        for (var cluster = 0; cluster < clusters; cluster++)
        {
            Seeding.DrawDirection(centroids.AsSpan(cluster * dims, dims), ref rng);
        }

        return new()
        {
            Parent = 0,
            Lineage = 1,
            ClusterIdBase = 0,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(createdAt.ToUnixTimeMilliseconds()),
            Dims = dims,
            Buckets = buckets,
            Embedding = embedding,
            Centroids = centroids,
            Population = ModelAssembly.Population(new int[clusters]),
            ItemRows = [],
            ItemVectors = [],
            Gram = new float[dims * dims],
            ContentMap = ContentMap.Seeded(buckets, embedding, dims, options.Seed).Weights.ToArray(),
            FoldInAlpha = options.Alpha,
            FoldInRidge = ItemSpaces.AverageRidge,
            FoldInSteps = options.Steps,
            PriorIntercept = (float)Math.Log(options.BaseRate / (1 - options.BaseRate)),
            PriorSlope = 1,
            EdgeStarts = new int[clusters + 1],
            EdgeRows = [],
            EdgeAffinities = [],
        };
    }
}
