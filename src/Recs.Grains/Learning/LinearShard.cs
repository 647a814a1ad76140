using Microsoft.Extensions.Logging;

using Orleans.Concurrency;

using Recs.Grains.Hosting;
using Recs.Grains.Replication;
using Recs.Grains.Telemetry;
using Recs.Matching.Linear;
using Recs.Schema.Messages;
using Recs.Schema.Snapshots;
using Recs.Storage;

namespace Recs.Grains.Learning;

/// <inheritdoc cref="ILinearShard"/>
[Reentrant]
[SpreadPlacement]
sealed class LinearShard(
    ISnapshotStore snapshots,
    LearningOptions options,
    ShardTimer timer,
    RecsMetrics metrics,
    TimeProvider time,
    ILogger<LinearShard> logger) : Grain, ILinearShard
{
    readonly LinearStatistics _statistics = new(new LinearArms(options.LinearArmsMax));
    DurableShard _shard = null!;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _shard = new DurableShard(SnapshotPages.Linear, 0, _statistics, snapshots, time, metrics, logger);
        await _shard.Open(cancellationToken);
        timer.Start(this, _shard, _shard.Wake);
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _shard.Close();

    /// <inheritdoc/>
    public ValueTask<long> Position(int partition) => new(_shard.Position(partition));

    /// <inheritdoc/>
    public ValueTask<ApplyOutcome> Apply(int partition, long after, long last, byte[] updates) =>
        new(_shard.Apply(partition, after, last, updates));

    /// <inheritdoc/>
    public ValueTask Fit(int clusterIdBase, int clusters)
    {
        if (_statistics.Fit(clusterIdBase, clusters))
        {
            _shard.MarkChanged();
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<FeedChunk> Copy(FeedChannel channel, long page) => new(_shard.Copy(page));

    /// <inheritdoc/>
    public ValueTask<FeedChunk> Changes(FeedChannel channel, FeedMark after) => _shard.Changes(after);

    /// <inheritdoc/>
    public Task Flush() => ShardTimer.Flush(this, _shard);
}
