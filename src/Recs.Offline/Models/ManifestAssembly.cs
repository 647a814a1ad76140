using System.Globalization;
using Recs.Offline.Clustering;
using Recs.Offline.Embeddings;
using Recs.Offline.Graphs;
using Recs.Offline.Joins;
using Recs.Schema.Models;

namespace Recs.Offline.Models;

/// <summary>Puts what is worth knowing of a training into a manifest.</summary>
static class ManifestAssembly
{
    public static ModelManifest Build(
        RetrainInput input, RetrainOptions options, ModelFile model, JoinedData joined, ItemSpace space,
        ClusteringResult clusters, ClusterGraph graph, FittedPrior prior, double? kept,
        IReadOnlyDictionary<string, double> seconds)
    {
        var carried = CarriedEdges(model, input.Previous);
        return new()
        {
            Parent = input.Previous?.Version,
            Lineage = model.Lineage,
            ClusterIdBase = model.ClusterIdBase,
            Clusters = model.Clusters,
            Dims = model.Dims,
            CreatedAt = model.CreatedAt,
            Bytes = ModelCodec.Measure(model),
            Counts = Counts(joined, space, clusters, graph, carried),
            Figures = new()
            {
                Loss = space.Loss,
                Auc = space.Auc,
                Inertia = clusters.Inertias.Count == 0 ? null : clusters.Inertias[^1],
                EdgesCarriedShare = input.Previous is null || model.Edges == 0 ? null : (double)carried / model.Edges,
                ViewersKeptShare = kept,
                PriorIntercept = prior.Intercept,
                PriorSlope = prior.Slope,
                PriorPairs = prior.Pairs,
            },
            Seconds = seconds,
            Seed = options.Seed,
            Settings = Settings(options, model),
        };
    }

    /// <summary>Edges between the same cluster id and item in both models: 0 across lineages.</summary>
    public static int CarriedEdges(ModelFile model, ModelFile? previous)
    {
        if (previous is null || previous.Lineage != model.Lineage)
        {
            return 0;
        }

        var carried = 0;
        for (var cluster = 0; cluster < model.Clusters; cluster++)
        {
            var before = previous.RowsOf(cluster);
            foreach (var row in model.RowsOf(cluster))
            {
                carried += before.BinarySearch(row) >= 0 ? 1 : 0;
            }
        }

        return carried;
    }

    static ModelCounts Counts(
        JoinedData joined, ItemSpace space, ClusteringResult clusters, ClusterGraph graph, int carried) => new()
        {
            Items = joined.Rows.Length,
            ItemsAvailable = joined.Content.Items.Count(item => item.Available),
            ItemsFromHistory = space.Sources.Count(source => source == VectorSource.History),
            ItemsFromContent = space.Sources.Count(source => source == VectorSource.Content),
            ItemsDrawn = space.Sources.Count(source => source == VectorSource.Drawn),
            Viewers = Enumerable.Range(0, joined.Rewarded.Rows).Count(row => !joined.Rewarded.ColumnsOf(row).IsEmpty),
            Rewarded = joined.Rewarded.Count,
            Unrewarded = joined.Shown.Count - joined.Rewarded.Count,
            Unknown = joined.Unknown,
            Edges = graph.Items.Length,
            EdgesFresh = graph.Fresh,
            EdgesCarried = carried,
            ClustersMoved = clusters.Moved,
        };

    static Dictionary<string, string> Settings(RetrainOptions options, ModelFile model) => new(StringComparer.Ordinal)
    {
        ["dims"] = Text(model.Dims),
        ["clusters"] = Text(model.Clusters),
        ["buckets"] = Text(model.Buckets),
        ["embedding"] = Text(model.Embedding),
        ["edgesPerCluster"] = Text(options.EdgesPerCluster),
        ["categoryShareMax"] = Text(options.CategoryShareMax),
        ["attachClusters"] = Text(options.AttachClusters),
        ["freshEdges"] = Text(options.FreshEdges),
        ["freshFor"] = options.FreshFor.ToString(null, CultureInfo.InvariantCulture),
        ["epochs"] = Text(options.Epochs),
        ["alpha"] = Text(options.Alpha),
        ["ridge"] = Text(options.Ridge),
        ["steps"] = Text(options.Steps),
        ["contentRidge"] = Text(options.ContentRidge),
        ["rewardedMin"] = Text(options.RewardedMin),
        ["clusterPassesMax"] = Text(options.ClusterPassesMax),
        ["viewersPerClusterMin"] = Text(options.ViewersPerClusterMin),
        ["viewersMax"] = Text(options.ViewersMax),
        ["priorPairsMin"] = Text(options.PriorPairsMin),
        ["baseRate"] = Text(options.BaseRate),
    };

    static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
