using Microsoft.Extensions.Logging;

using Orleans.Concurrency;

using Recs.Grains.Hosting;
using Recs.Grains.Replication;
using Recs.Grains.Telemetry;
using Recs.Schema.Messages;
using Recs.Schema.Snapshots;
using Recs.Storage;

namespace Recs.Grains.Learning;

/// <inheritdoc cref="INeuralShard"/>
[Reentrant]
[SpreadPlacement]
sealed partial class NeuralShard(
    ISnapshotStore snapshots,
    LearningOptions options,
    ShardTimer timer,
    RecsMetrics metrics,
    TimeProvider time,
    ILogger<NeuralShard> logger) : Grain, INeuralShard, IDisposable
{
    NeuralStatistics? _statistics;
    DurableShard _shard = null!;
    long _trunkAt;
    long _clipped;
    long _refused;
    long _evicted;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _statistics = options.Neural is { } learning ? new NeuralStatistics(learning) : null;
        _shard = new DurableShard(
            SnapshotPages.Neural, 0, _statistics is null ? new NoStatistics() : _statistics, snapshots, time, metrics, logger);
        await _shard.Open(cancellationToken);
        timer.Start(this, _shard, _shard.Wake);
        if (_statistics is { } statistics)
        {
            if (statistics.Forgotten is { } reason)
            {
                LogForgotten(reason);
            }

            (_clipped, _refused, _evicted) = (statistics.Model.Clipped, statistics.Model.Refused, statistics.Model.Evicted);
            var interval = options.Neural!.SyncInterval;
            this.RegisterGrainTimer(
                () => Publish(statistics, options.Neural.TrunkInterval),
                new GrainTimerCreationOptions(interval, interval) { KeepAlive = true, Interleave = true });
        }
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _shard.Close();

    /// <inheritdoc/>
    public void Dispose() => _statistics?.Dispose();

    /// <inheritdoc/>
    public ValueTask<long> Position(int partition) => new(_shard.Position(partition));

    /// <inheritdoc/>
    public ValueTask<ApplyOutcome> Apply(int partition, long after, long last, byte[] updates) =>
        new(_shard.Apply(partition, after, last, updates));

    /// <inheritdoc/>
    public ValueTask<FeedChunk> Copy(FeedChannel channel, long page) => new(_shard.Copy(page));

    /// <inheritdoc/>
    public ValueTask<FeedChunk> Changes(FeedChannel channel, FeedMark after) => _shard.Changes(after);

    /// <inheritdoc/>
    public Task Flush() => ShardTimer.Flush(this, _shard);

    Task Publish(NeuralStatistics statistics, TimeSpan trunkInterval)
    {
        var withTrunk = _trunkAt == 0 || time.GetElapsedTime(_trunkAt) >= trunkInterval;
        if (statistics.Publish(withTrunk))
        {
            _trunkAt = withTrunk ? time.GetTimestamp() : _trunkAt;
            _shard.Wake();
        }

        var model = statistics.Model;
        metrics.NeuralClipped.Add(model.Clipped - _clipped);
        metrics.NeuralRefused.Add(model.Refused - _refused);
        metrics.NeuralEvicted.Add(model.Evicted - _evicted);
        (_clipped, _refused, _evicted) = (model.Clipped, model.Refused, model.Evicted);
        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Warning, "The neural model begins anew: {Reason}.")]
    partial void LogForgotten(string reason);
}
