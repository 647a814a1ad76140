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
        if (_statistics is not { } statistics)
        {
            return await base.Apply(partition, after, last, updates);
        }

        ApplyOutcome? outcome = null;
        await InTurn(async owners =>
        {
            if (updates.Length > 0 && Durable.OutcomeOf(partition, after, last) is ApplyOutcome.Applied)
            {
                await Learn(statistics, owners, updates);
            }

            outcome = Durable.Apply(partition, after, last, []);
        });
        return outcome ?? throw new InvalidOperationException("The neural model goes back to what was durable.");
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
        if (_statistics is not { } statistics)
        {
            return await base.MakeDurable();
        }

        Task<bool>? saving = null;
        await InTurn(async owners =>
        {
            await Durable.Saved;
            if (Durable.HasChanged)
            {
                statistics.Collect(await owners.TakePages(statistics.Unsaved));
                saving = Durable.Flush();
            }
        });
        return saving is null || await saving;
    }

    /// <summary>
    /// Does something with all owners between two blocks. From its beginning to its end the model is not whole: rows may be away
    /// from their owners, or pages taken from some and not from others.
    /// </summary>
    async Task InTurn(Func<RowOwners, Task> act)
    {
        await _turn.WaitAsync();
        try
        {
            if (_isWhole)
            {
                _isWhole = false;
                await act(_owners!);
                _isWhole = true;
            }
        }
        catch (Exception reason) when (reason is OrleansException or TimeoutException or InvalidOperationException)
        {
            LogBroken(reason);
        }
        finally
        {
            _turn.Release();
            if (!_isWhole)
            {
                // The next activation begins from what is durable.
                Wake();
                DeactivateOnIdle();
            }
        }
    }

    async Task Learn(NeuralStatistics statistics, RowOwners owners, ReadOnlyMemory<byte> updates)
    {
        while (!updates.IsEmpty)
        {
            updates = Fill(statistics, updates);
            await owners.Pull(_block);
            statistics.Learn(_block);
            await owners.Push(_block);
        }
    }

    ReadOnlyMemory<byte> Fill(NeuralStatistics statistics, ReadOnlyMemory<byte> updates)
    {
        var rest = updates.Span;
        _reader.Fill(ref rest, statistics.Model, _block);
        return updates[^rest.Length..];
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

        // Where nothing is learned nobody else would notice that an owner has moved.
        return InTurn(owners => owners.Check());
    }

    [LoggerMessage(LogLevel.Warning, "The neural model begins anew: {Reason}.")]
    partial void LogForgotten(string reason);

    [LoggerMessage(LogLevel.Warning, "The neural model goes back to what was durable.")]
    partial void LogBroken(Exception reason);
}
