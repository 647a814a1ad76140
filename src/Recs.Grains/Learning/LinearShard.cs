using Microsoft.Extensions.Logging;

using Orleans.Concurrency;

using Recs.Grains.Hosting;
using Recs.Grains.Telemetry;
using Recs.Matching.Linear;
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
    ILogger<LinearShard> logger) : LearningGrain(timer), ILinearShard
{
    readonly LinearStatistics _statistics = new(new LinearArms(options.LinearArmsMax));
    DurableShard? _shard;

    /// <inheritdoc/>
    protected override DurableShard Durable =>
        _shard ??= new DurableShard(SnapshotPages.Linear, 0, _statistics, snapshots, time, metrics, logger);

    /// <inheritdoc/>
    public ValueTask Fit(int clusterIdBase, int clusters)
    {
        if (_statistics.Fit(clusterIdBase, clusters))
        {
            Durable.MarkChanged();
        }

        return ValueTask.CompletedTask;
    }
}
