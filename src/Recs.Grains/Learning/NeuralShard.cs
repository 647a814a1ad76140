using Microsoft.Extensions.Logging;

using Orleans.Concurrency;

using Recs.Grains.Hosting;
using Recs.Grains.Telemetry;
using Recs.Neural.Online;
using Recs.Schema.Messages;
using Recs.Schema.Snapshots;
using Recs.Storage;

namespace Recs.Grains.Learning;

/// <inheritdoc cref="INeuralShard"/>
/// <remarks>
/// Blocks are learned from one after the other: their rows are pulled from the owners, stepped and pushed back before the
/// position is noted, and what is made durable is taken between two blocks from everybody. When an owner is lost in the middle,
/// the whole model goes back to what was durable and the consumers send again what came after.
/// </remarks>
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
    readonly ExampleBlock _block = new(options.Neural?.Model ?? new(), Shards.ViewerCount, Shards.ItemCount);
    readonly ExampleReader _reader = new();
    readonly SemaphoreSlim _turn = new(1);
    RowOwners? _owners;
    DurableShard? _shard;
    bool _isWhole = true;
    long _trunkAt;
    long _clipped;
    long _refused;
    long _evicted;

    /// <inheritdoc/>
    protected override DurableShard Durable => _shard ??= new DurableShard(
        SnapshotPages.Neural, 0, _statistics is null ? new NoStatistics() : _statistics, snapshots, time, metrics, logger);

    /// <inheritdoc/>
    public override async ValueTask<ApplyOutcome> Apply(int partition, long after, long last, byte[] updates)
    {
        if (_statistics is null)
        {
            return await base.Apply(partition, after, last, updates);
        }

        await _turn.WaitAsync();
        try
        {
            if (_isWhole && updates.Length > 0 && Durable.OutcomeOf(partition, after, last) is ApplyOutcome.Applied)
            {
                await Learn(_statistics, updates);
            }

            return _isWhole
                ? Durable.Apply(partition, after, last, [])
                : throw new InvalidOperationException("The neural model goes back to what was durable.");
        }
        finally
        {
            _turn.Release();
            LeaveIfBroken();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _statistics?.Dispose();
        _turn.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task Opened(CancellationToken cancel)
    {
        if (_statistics is not { } statistics)
        {
            return;
        }

        if (statistics.Forgotten is { } reason)
        {
            LogForgotten(reason);
        }

        _owners = new RowOwners(GrainFactory);
        await _owners.Open(Durable.Owner.Epoch, statistics.RowPages);
        statistics.ForgetRowPages();
        (_clipped, _refused, _evicted) = (statistics.Model.Clipped, statistics.Model.Refused, statistics.Model.Clusters.Evicted);
        var interval = options.Neural!.SyncInterval;
        this.RegisterGrainTimer(
            () => Publish(statistics, options.Neural.TrunkInterval),
            new GrainTimerCreationOptions(interval, interval) { KeepAlive = true, Interleave = true });
    }

    /// <inheritdoc/>
    protected override async Task<bool> MakeDurable()
    {
        if (_statistics is null)
        {
            return await base.MakeDurable();
        }

        Task<bool> saving;
        await _turn.WaitAsync();
        try
        {
            await Durable.Saved;
            if (!_isWhole || !Durable.HasChanged)
            {
                return true;
            }

            // Broken until all have given their pages: those that have will not give them again.
            _isWhole = false;
            _statistics.Collect(await _owners!.TakePages(_statistics.Unsaved));
            _isWhole = true;
            saving = Durable.Flush();
        }
        catch (Exception reason) when (reason is OrleansException or TimeoutException or InvalidOperationException)
        {
            LogBroken(reason);
            return true;
        }
        finally
        {
            _turn.Release();
            LeaveIfBroken();
        }

        return await saving;
    }

    /// <summary>Between the first row that leaves its owner and the last that is back, the model is not whole.</summary>
    async Task Learn(NeuralStatistics statistics, ReadOnlyMemory<byte> updates)
    {
        _isWhole = false;
        try
        {
            while (!updates.IsEmpty)
            {
                updates = Fill(statistics, updates);
                await _owners!.Pull(_block);
                statistics.Learn(_block);
                await _owners.Push(_block);
            }

            _isWhole = true;
        }
        catch (Exception reason) when (reason is OrleansException or TimeoutException or InvalidOperationException)
        {
            LogBroken(reason);
        }
    }

    ReadOnlyMemory<byte> Fill(NeuralStatistics statistics, ReadOnlyMemory<byte> updates)
    {
        var rest = updates.Span;
        _reader.Fill(ref rest, statistics.Model, _block);
        return updates[^rest.Length..];
    }

    /// <summary>The next activation begins from what is durable.</summary>
    void LeaveIfBroken()
    {
        if (!_isWhole)
        {
            Wake();
            DeactivateOnIdle();
        }
    }

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
        metrics.NeuralEvicted.Add(model.Clusters.Evicted - _evicted);
        (_clipped, _refused, _evicted) = (model.Clipped, model.Refused, model.Clusters.Evicted);
        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Warning, "The neural model begins anew: {Reason}.")]
    partial void LogForgotten(string reason);

    [LoggerMessage(LogLevel.Warning, "The neural model goes back to what was durable.")]
    partial void LogBroken(Exception reason);
}
