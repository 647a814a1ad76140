using Recs.Offline.Checkpoints;
using Recs.Offline.Clustering;
using Recs.Offline.Embeddings;
using Recs.Offline.Graphs;
using Recs.Offline.Joins;
using Recs.Offline.Models;

namespace Recs.Offline;

/// <summary>The offline layer: catalogue and log in, a model out.</summary>
public static class Retrain
{
    /// <summary>
    /// Joins what viewers did with the catalogue, embeds items and viewers, clusters the viewers, builds the graph and
    /// fits the prior.
    /// </summary>
    /// <param name="input">What it reads.</param>
    /// <param name="options">Settings.</param>
    /// <param name="time">Decides what is fresh, stamps the model and measures the steps.</param>
    /// <param name="progress">Told where it is; null for nobody.</param>
    /// <param name="cancel">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The model, or the reason why there is none.</returns>
    /// <remarks>Pure but for the clock: the same input, settings and parent give the same arrays on any number of threads.</remarks>
    public static RetrainResult Run(
        RetrainInput input, RetrainOptions options, TimeProvider time, IProgress<RetrainProgress>? progress,
        CancellationToken cancel)
    {
        if (RetrainDoor.Fault(input, options) is { } fault)
        {
            return RetrainResult.Refused(fault);
        }

        var clock = new RetrainClock(time, progress, cancel);
        var now = input.Now ?? time.GetUtcNow();
        var work = new ParallelOptions
        {
            MaxDegreeOfParallelism = options.Threads == 0 ? Environment.ProcessorCount : options.Threads,
            CancellationToken = cancel,
        };
        var shape = ModelShape.Of(input, options);
        var lineage = Lineage.Of(input, shape);

        var joined = clock.Run("join", () => JoinedData.Of(input, shape));
        var space = clock.Run("embed", options.Embeddings == EmbeddingKind.TwoTower ? options.Towers.Epochs : options.Epochs, report => Steps.Embed(input.Checkpoints, () => Embed(input, joined, shape, options, work, report)));
        var viewers = clock.Run(
            "fold in", () => ViewerVectors.FoldAll(joined.Rewarded, space, options.ViewersMax, work));
        var points = ClusterPoints.Of(viewers, space, shape, options);
        var clusters = clock.Run(
            "cluster",
            options.ClusterPassesMax,
            report => Steps.Cluster(input.Checkpoints, () => SphericalKMeans.Run(
                points, shape.Dims, new(shape.Clusters, options.ClusterPassesMax, options.Seed), lineage.Start, work, report)));
        var graph = clock.Run("graph", () => BuildGraph(clusters, space, joined, options, now, work));
        var prior = clock.Run(
            "prior", () => PriorFit.Fit(joined.Shown, space, options.PriorPairsMin, options.BaseRate, options.Seed));

        var model = ModelAssembly.Build(input, shape, lineage, joined, space, clusters, graph, prior, now);
        var kept = lineage.Start is null ? null : clock.Run("compare", () => ClusterPoints.Kept(points, lineage.Start, clusters, work));
        return RetrainResult.Trained(
            model, ManifestAssembly.Build(input, options, model, joined, space, clusters, graph, prior, kept, clock.Seconds));
    }

    /// <summary>From feedback when there is enough, from content alone otherwise.</summary>
    static ItemSpace Embed(
        RetrainInput input, JoinedData joined, ModelShape shape, RetrainOptions options, ParallelOptions work,
        Action<int> report)
    {
        var settings = new AlsOptions(options.Alpha, options.Ridge, options.Steps, options.Epochs);
        var map = StartingPoint.Map(input.Previous, shape, options.Seed);
        var start = ItemSpaces.FromContent(joined.Content, map, settings, options.Seed);
        if (joined.Rewarded.Count < options.RewardedMin)
        {
            return start;
        }

        var fromHistory = StartingPoint.TryContinue(input.Previous, joined.Rows, start);
        if (options.Embeddings == EmbeddingKind.TwoTower)
        {
            return ItemSpaces.FromTowers(
                joined.Content, joined.Rewarded, start, fromHistory, options.Towers, options.Alpha, options.Steps, options.Seed, work,
                report);
        }

        return ItemSpaces.FromHistory(
            joined.Content, joined.Rewarded, start, fromHistory, settings, options.ContentRidge, options.Seed, work, report);
    }

    static ClusterGraph BuildGraph(
        ClusteringResult clusters, ItemSpace space, JoinedData joined, RetrainOptions options, DateTimeOffset now,
        ParallelOptions work)
    {
        var available = joined.Content.Items.Select(item => item.Available).ToArray();
        var fresh = joined.Content.Items.Select(item => now - item.CreatedAt <= options.FreshFor).ToArray();
        return GraphBuilder.Build(
            clusters.Centroids, space.Vectors, space.Dims, available, fresh, Categories(joined.Content.Items),
            new(options.EdgesPerCluster, options.AttachClusters, options.FreshEdges, options.CategoryShareMax), work);
    }

    /// <summary>Numbers of the items' first categories, in the order in which they are met.</summary>
    static int[] Categories(IReadOnlyList<RetrainItem> items)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var categories = new int[items.Count];
        for (var item = 0; item < categories.Length; item++)
        {
            if (items[item].Categories is not [var first, ..])
            {
                categories[item] = CategoryQuota.None;
                continue;
            }

            if (!numbers.TryGetValue(first, out categories[item]))
            {
                categories[item] = numbers.Count;
                numbers.Add(first, numbers.Count);
            }
        }

        return categories;
    }
}
