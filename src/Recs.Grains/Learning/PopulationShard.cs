using Microsoft.Extensions.Logging;

using Orleans.Concurrency;

using Recs.Grains.Hosting;
using Recs.Grains.Replication;
using Recs.Grains.Telemetry;
using Recs.Schema.Messages;
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
    ILogger<PopulationShard> logger) : Grain, IPopulationShard
{
    readonly PopulationStatistics _statistics = new(metrics);
    DurableShard _shard = null!;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _shard = new DurableShard(SnapshotPages.Population, 0, _statistics, snapshots, time, metrics, logger);
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
    public ValueTask Rebase(long model, double intercept, double slope, int pairs)
    {
        if (_statistics.Rebase(model, intercept, slope, pairs))
        {
            _shard.MarkChanged();
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask Trial(long active, long canary)
    {
        if (_statistics.Trial(active, canary, time.GetUtcNow().ToUnixTimeSeconds()))
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
