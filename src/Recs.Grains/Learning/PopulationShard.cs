using Microsoft.Extensions.Logging;

using Orleans.Concurrency;

using Recs.Grains.Hosting;
using Recs.Grains.Replication;
using Recs.Grains.Telemetry;
using Recs.Schema.Snapshots;
using Recs.Storage;

namespace Recs.Grains.Learning;

/// <inheritdoc cref="IPopulationShard"/>
[Reentrant]
[SpreadPlacement]
sealed class PopulationShard(
    ISnapshotStore snapshots,
    ShardTimer timer,
    RecsMetrics metrics,
    TimeProvider time,
    ILogger<PopulationShard> logger) : LearningGrain(timer), IPopulationShard
{
    readonly PopulationStatistics _statistics = new(metrics);
    DurableShard? _shard;

    /// <inheritdoc/>
    protected override DurableShard Durable =>
        _shard ??= new DurableShard(SnapshotPages.Population, 0, _statistics, snapshots, time, metrics, logger);

    /// <inheritdoc/>
    public ValueTask Rebase(long model, double intercept, double slope, int pairs)
    {
        if (_statistics.Rebase(model, intercept, slope, pairs))
        {
            Durable.MarkChanged();
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask Trial(long active, long canary)
    {
        if (_statistics.Trial(active, canary, time.GetUtcNow().ToUnixTimeSeconds()))
        {
            Durable.MarkChanged();
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<FeedMark> Now() => new(Durable.Mark);
}
