using Recs.Offline.Clustering;
using Recs.Offline.Embeddings;
using Recs.Offline.Graphs;
using Recs.Offline.Joins;
using Recs.Schema.Models;

namespace Recs.Offline.Models;

/// <summary>Puts the results of the steps into a model.</summary>
static class ModelAssembly
{
    public static ModelFile Build(
        RetrainInput input, ModelShape shape, Lineage lineage, JoinedData joined, ItemSpace space,
        ClusteringResult clusters, ClusterGraph graph, FittedPrior prior, DateTimeOffset now) => new()
        {
            Parent = input.Previous?.Version ?? 0,
            Lineage = lineage.Number,
            ClusterIdBase = lineage.ClusterIdBase,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()),
            Dims = shape.Dims,
            Buckets = shape.Buckets,
            Embedding = shape.Embedding,
            Centroids = clusters.Centroids,
            Population = Population(clusters.Counts),
            ItemRows = joined.Rows,
            ItemVectors = space.Vectors,
            Gram = space.Gram,
            ContentMap = space.Map.Weights.ToArray(),
            FoldInAlpha = space.FoldIn.Alpha,
            FoldInRidge = space.FoldIn.Ridge,
            FoldInSteps = space.FoldIn.Steps,
            PriorIntercept = (float)prior.Intercept,
            PriorSlope = (float)prior.Slope,
            PriorPairs = prior.Pairs,
            EdgeStarts = graph.Starts,
            EdgeRows = Array.ConvertAll(graph.Items, item => joined.Rows[item]),
            EdgeAffinities = graph.Affinities,
        };

    /// <summary>Shares with one viewer added to every cluster: none is out of reach for a viewer nobody knows.</summary>
    public static float[] Population(int[] counts)
    {
        var total = counts.Sum(count => count + 1.0);
        return Array.ConvertAll(counts, count => (float)((count + 1) / total));
    }
}
