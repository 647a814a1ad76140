using Microsoft.Extensions.Logging;

using Orleans.Concurrency;

using Recs.Grains.Hosting;
using Recs.Grains.Replication;
using Recs.Grains.Telemetry;
using Recs.Schema.Messages;
using Recs.Storage;

namespace Recs.Grains.Learning;

/// <inheritdoc cref="IPopulationShard"/>
[Reentrant]
sealed class PopulationShard(
    PopulationCell cell,
    ISnapshotStore snapshots,
    LearningOptions options,
    RecsMetrics metrics,
    ILogger<PopulationShard> logger) : Grain, IPopulationShard
{
    readonly DurableShard _shard = new("population", 0, new PopulationStatistics(cell, metrics), snapshots, metrics, logger);

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await _shard.Open(cancellationToken);
        this.RegisterGrainTimer(static (grain, _) => grain.Flush(), this, ShardTimer.Every(options.SnapshotInterval));
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _shard.Flush();

    /// <inheritdoc/>
    public ValueTask<long> Position(int partition) => new(_shard.Position(partition));

    /// <inheritdoc/>
    public ValueTask<ApplyOutcome> Apply(int partition, long after, long last, byte[] updates) =>
        new(_shard.Apply(partition, after, last, updates));

    /// <inheritdoc/>
    public async Task Flush()
    {
        if (!await _shard.Flush())
        {
            DeactivateOnIdle();
        }
    }
}
