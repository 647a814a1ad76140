using Recs.Matching.Contexts;
using Recs.Matching.Numerics;
using Recs.Offline.Clustering;
using Recs.Offline.Embeddings;
using Recs.Offline.Joins;
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

    /// <summary>The manifest of such a model.</summary>
    public static ModelManifest Describe(ModelFile model, RetrainOptions options)
    {
        var input = new RetrainInput([], new(), null);
        var shape = new ModelShape(model.Dims, model.Clusters, model.Buckets, model.Embedding);
        var map = new ContentMap(model.Buckets, model.Embedding, model.Dims, model.ContentMap);
        var space = new ItemSpace(model.Dims, [], [], model.Gram, map, new());
        return ManifestAssembly.Build(
            input, options, model, JoinedData.Of(input, shape), space, new(model.Centroids, [], new int[model.Clusters], [], 0),
            new(model.EdgeStarts, [], [], 0), new(model.PriorIntercept, model.PriorSlope, 0), null,
            new Dictionary<string, double>(StringComparer.Ordinal));
    }
}
