using Microsoft.Extensions.Logging;

using Orleans.Concurrency;

using Recs.Grains.Hosting;
using Recs.Grains.Telemetry;
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
    ILogger<NeuralShard> logger) : LearningGrain(timer), INeuralShard, IDisposable
{
    readonly NeuralStatistics? _statistics = options.Neural is { } learning ? new NeuralStatistics(learning) : null;
    DurableShard? _shard;
    long _trunkAt;
    long _clipped;
    long _refused;
    long _evicted;

    /// <inheritdoc/>
    protected override DurableShard Durable => _shard ??= new DurableShard(
        SnapshotPages.Neural, 0, _statistics is null ? new NoStatistics() : _statistics, snapshots, time, metrics, logger);

    /// <inheritdoc/>
    protected override Task Opened(CancellationToken cancel)
    {
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

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _statistics?.Dispose();

    Task Publish(NeuralStatistics statistics, TimeSpan trunkInterval)
    {
        var withTrunk = _trunkAt == 0 || time.GetElapsedTime(_trunkAt) >= trunkInterval;
        if (statistics.Publish(withTrunk))
        {
            _trunkAt = withTrunk ? time.GetTimestamp() : _trunkAt;
            Wake();
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
