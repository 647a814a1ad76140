using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using Recs.Grains.Hosting;
using Recs.Grains.Items;
using Recs.Grains.Learning;
using Recs.Grains.Telemetry;
using Recs.Grains.Viewers;

namespace Recs.Grains.Replication;

/// <summary>
/// This silo's replica of everything that is served from: every shard is followed, those of this silo too, so that there is
/// one way from a master statistic to a serving table.
/// </summary>
public sealed class Replicas : BackgroundService
{
    static readonly TimeSpan ReachPatience = TimeSpan.FromSeconds(2);

    readonly ReplicaFollower[] _followers;
    readonly ReplicaFollower[] _documents;
    readonly ReplicaFollower _population;

    public Replicas(
        IGrainFactory grains,
        ServingState serving,
        EdgeReplica edges,
        CatalogueReplica catalogue,
        PopulationCell population,
        LinearReplica linear,
        NeuralReplica neural,
        LearningOptions learning,
        RecsMetrics metrics,
        TimeProvider time,
        ILogger<Replicas> logger)
    {
        ReplicaFollower Follow<TShard>(string name, int shard, IReplica replica, FeedChannel channel = FeedChannel.Statistics)
            where TShard : IFollowedShard =>
            new($"{name}/{shard}", channel, grains.GetGrain<TShard>(shard), replica, time, logger);

        _documents = [.. Enumerable.Range(0, Shards.ItemCount)
            .Select(shard => Follow<IItemShard>("documents", shard, catalogue, FeedChannel.Documents))];
        _population = Follow<IPopulationShard>("population", 0, population);
        _followers =
        [
            .. _documents,
            .. Enumerable.Range(0, Shards.ItemCount).Select(shard => Follow<IItemShard>("items", shard, new ItemReplica(serving))),
            .. Enumerable.Range(0, Shards.EdgeCount).Select(shard => Follow<IEdgeShard>("edges", shard, edges.Part(shard))),
            _population,
            Follow<ILinearShard>("linear", 0, linear),
            Follow<INeuralShard>("neural", 0, neural),
            .. Enumerable.Range(0, learning.Neural is null ? 0 : Shards.ViewerCount)
                .Select(shard => Follow<IViewerShard>("viewer-embeddings", shard, neural.ViewersOf(shard), FeedChannel.Embeddings)),
            .. Enumerable.Range(0, learning.Neural is null ? 0 : Shards.ItemCount)
                .Select(shard => Follow<IItemShard>("item-embeddings", shard, neural, FeedChannel.Embeddings)),
        ];
        metrics.ObserveStaleness(() => _followers.Select(follower => (follower.Name, follower.Staleness.TotalSeconds)));
        metrics.ObserveEarnings(() => population.View.Sums);
    }

    /// <summary>Whether every shard has been copied.</summary>
    public bool HasCopied => _followers.All(follower => follower.HasCopied);

    /// <summary>Whether every item has been copied.</summary>
    public bool HasCatalogue => _documents.All(follower => follower.HasCopied);

    /// <summary>The longest time for which a replica has not been known to be like its shard.</summary>
    public TimeSpan Staleness => _followers.Max(follower => follower.Staleness);

    /// <summary>Waits until this silo knows what an item shard knew at a moment; gives up after two seconds.</summary>
    public Task Reached(int itemShard, FeedMark mark) => _documents[itemShard].Reached(mark, ReachPatience);

    /// <summary>Waits until this silo has the population's sums of a moment; gives up after two seconds.</summary>
    public Task ReachedPopulation(FeedMark mark) => _population.Reached(mark, ReachPatience);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_followers.Select(follower => follower.Run(stoppingToken)));
}
