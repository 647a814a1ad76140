using System.Diagnostics;

using Microsoft.Extensions.Logging;

using Orleans.Concurrency;

using Recs.Grains.Hosting;
using Recs.Grains.Items;
using Recs.Grains.Learning;
using Recs.Grains.Telemetry;
using Recs.Grains.Viewers;
using Recs.Storage;
using Recs.Storage.Folding;

namespace Recs.Grains.Ingest;

/// <inheritdoc cref="ILogConsumer"/>
[Reentrant]
[SpreadPlacement]
sealed partial class LogConsumer(
    IEventLog log,
    IForeignFeedback foreign,
    LogDamage damage,
    ViewerJournal viewers,
    LearningOptions options,
    RecsMetrics metrics,
    TimeProvider time,
    ILogger<LogConsumer> logger) : Grain, ILogConsumer, IDisposable
{
    static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    static readonly TimeSpan IdleDelay = TimeSpan.FromSeconds(2);

    static readonly TimeSpan SettleMax = TimeSpan.FromSeconds(2);

    /// <summary>A consumer that nobody asks for so long is not the partition's any more: the cluster has lost it.</summary>
    static readonly TimeSpan PokeMax = TimeSpan.FromSeconds(10);

    /// <summary>No step takes this long: calls give up before.</summary>
    static readonly TimeSpan StandsMax = TimeSpan.FromSeconds(15);

    readonly CancellationTokenSource _stopping = new();
    ShardRouter _router = new();
    TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource? _settling;
    ShardLink[] _edges = [];
    ShardLink[] _items = [];
    ShardLink? _population;
    ShardLink? _linear;
    ShardLink? _neural;
    LogFold? _fold;
    Task? _reading;
    long _caughtUpAt = long.MaxValue;
    long _viewersSent;
    long _applied;
    long _opened;
    long _advancedAt;
    string _step = "has not begun";
    long _stepAt;
    bool _toldOfStep;
    long _pokedAt;

    int Partition => (int)this.GetPrimaryKeyLong();

    /// <inheritdoc/>
    public async ValueTask<ConsumerStatus> Poke()
    {
        _pokedAt = time.GetTimestamp();
        _reading = _reading is { IsCompleted: false } ? _reading : Read();
        DelayDeactivation(TimeSpan.FromMinutes(5));
        var end = await log.EndAsync(Partition, _stopping.Token);
        var position = _applied;
        if (position < end && !_toldOfStep && time.GetElapsedTime(_stepAt) is var stands && stands > StandsMax)
        {
            _toldOfStep = true;
            LogStands(Partition, position, end, _step, stands.TotalSeconds);
        }

        return new ConsumerStatus(position, end, position >= _caughtUpAt);
    }

    /// <inheritdoc/>
    public Task Arrived()
    {
        _arrived.TrySetResult();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task Settle()
    {
        _settling ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        _arrived.TrySetResult();

        // A call that waits would keep its grain from going.
        return _settling.Task.WaitAsync(SettleMax, time);
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _stopping.CancelAsync();

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    async Task Read()
    {
        // What is folded belongs to no request, and least of all to the call that woke this loop.
        Activity.Current = null;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Enter("opens");
                await Open();
                await Follow();
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A reader that ended without a word would be a partition that learns nothing more.
            catch (Exception reason)
#pragma warning restore CA1031
            {
                // The shards know how far they are: start over from what they say.
                if (time.GetElapsedTime(_pokedAt) > PokeMax)
                {
                    return;
                }

                Enter("waits to start over");
                LogRestart(Partition, reason);
                await Task.Delay(RetryDelay, time);
            }
        }
    }

    async Task Open()
    {
        _router = new ShardRouter();
        _edges = await OpenLinks<IEdgeShard>(Shards.EdgeCount);
        _items = await OpenLinks<IItemShard>(Shards.ItemCount);
        _population = (await OpenLinks<IPopulationShard>(1))[0];
        _linear = (await OpenLinks<ILinearShard>(1))[0];
        _neural = (await OpenLinks<INeuralShard>(1))[0];
        Enter("asks for the viewers' positions");
        _viewersSent = (await viewers.Positions(_stopping.Token)).GetValueOrDefault(Partition);
        _caughtUpAt = await log.EndAsync(Partition, _stopping.Token);
        var position = Links().Min(link => link.Sent);
        position = Math.Min(position, _viewersSent);
        Enter("rebuilds the window of repeats");
        _fold = await RebuildWindow(position);
        (_applied, _opened) = (position, position);
        LogOpened(Partition, position, _fold.Events, time.GetElapsedTime(_stepAt).TotalSeconds);
    }

    async Task<ShardLink[]> OpenLinks<T>(int count)
        where T : ILearningShard
    {
        ShardLink[] links = [.. Enumerable.Range(0, count).Select(shard => new ShardLink(GrainFactory.GetGrain<T>(shard), Partition))];
        foreach (var link in links)
        {
            await link.Open();
        }

        return links;
    }

    IEnumerable<ShardLink> Links() => [.. _edges, .. _items, _population!, _linear!, _neural!];

    /// <summary>Folds the window before a position without effect, so that repeats are recognised as if nothing had stopped.</summary>
    async Task<LogFold> RebuildWindow(long position)
    {
        var fold = new LogFold(Partition, options.DecisionAgeMax);
        var next = await log.ReadAsync(Partition, position, 1, 1, _stopping.Token);
        var resumesAt = next.Count > 0 ? next[0].At : time.GetUtcNow();
        var from = await log.OffsetBeforeAsync(Partition, resumesAt - LogWindow.Of(options.DecisionAgeMax), _stopping.Token);
        fold.StartAfter(_opened = Math.Min(from, position));
        while (fold.Position < position)
        {
            var rows = await log.ReadAsync(Partition, fold.Position, options.ReadRowsMax, options.ReadBytesMax, _stopping.Token);
            await damage.SetAside(Partition, [.. rows.TakeWhile(row => row.Offset <= position)], fold.Position, _opened, _stopping.Token);
            foreach (var row in rows.TakeWhile(row => row.Offset <= position))
            {
                fold.Fold(row, sink: null);
            }

            if (rows.Count == 0 || rows[^1].Offset > position)
            {
                // What is left of the way there is not kept any more.
                fold.StartAfter(position);
            }
        }

        return fold;
    }

    async Task Follow()
    {
        while (true)
        {
            Enter("reads");
            var rows = await log.ReadAsync(Partition, _fold!.Position, options.ReadRowsMax, options.ReadBytesMax, _stopping.Token);
            if (rows.Count > 0)
            {
                if (rows.Any(row => row.Foreign is not null))
                {
                    Enter("takes in messages of others");
                    // Durable as records before the shards may say that they are beyond it.
                    await foreign.Take(Partition, rows, _stopping.Token);
                }

                await Apply(rows);
                continue;
            }

            if (await PassOverMissing())
            {
                continue;
            }

            if (_settling is { } settling)
            {
                _settling = null;
                await AdvanceIdleShards();
                settling.SetResult();
            }

            Enter("waits for rows");
            var arrived = log.WaitAsync(Partition, _fold.Position, _stopping.Token).AsTask();
            var first = await Task.WhenAny(arrived, _arrived.Task, Task.Delay(IdleDelay, time));
            if (first != arrived && first != _arrived.Task)
            {
                await AdvanceIdleShards();
                first = await Task.WhenAny(arrived, _arrived.Task);
            }

            if (first == arrived)
            {
                await arrived;
            }
            else
            {
                _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>Goes on behind rows that the log says it had and that cannot be read any more: a loss that was accepted.</summary>
    async Task<bool> PassOverMissing()
    {
        var (position, end) = (_fold!.Position, await log.EndAsync(Partition, _stopping.Token));
        if (!log.IsGapless || end <= position || (await log.ReadAsync(Partition, position, 1, 1, _stopping.Token)).Count > 0)
        {
            return false;
        }

        damage.Missing(Partition, position + 1, end);
        _fold.StartAfter(end);
        await SendToViewers(end);
        await AdvanceIdleShards();
        _applied = end;
        return true;
    }

    async Task Apply(IReadOnlyList<LogBatch> rows)
    {
        var fold = _fold!;
        await damage.SetAside(Partition, rows, fold.Position, _opened, _stopping.Token);
        using var span = RecsTracing.Source.StartActivity("recs.fold");
        span?.SetTag("recs.partition", Partition).SetTag("recs.rows", rows.Count).SetTag("recs.offset", rows[^1].Offset);
        var (eventsBefore, repeatsBefore) = (fold.Events, fold.Repeats);
        foreach (var row in rows)
        {
            AimRouter(row.Offset);
            var (events, repeats) = (fold.Events, fold.Repeats);
            fold.Fold(row, _router);
            _router.CountEvents(fold.Events - events, fold.Repeats - repeats);
        }

        var last = rows[^1].Offset;
        Enter("sends to shards");
        await SendToShards(last);
        var now = time.GetUtcNow();
        foreach (var row in rows)
        {
            metrics.RecordUpdate(now - row.At, row.Count);
        }

        span?.SetTag("recs.events", fold.Events - eventsBefore).SetTag("recs.repeats", fold.Repeats - repeatsBefore);
        metrics.Repeats.Add(fold.Repeats - repeatsBefore);
        Enter("sends to viewers");
        await SendToViewers(last);
        _applied = last;
        if (time.GetElapsedTime(_advancedAt) > IdleDelay)
        {
            await AdvanceIdleShards();
        }
    }

    void AimRouter(long offset)
    {
        for (var shard = 0; shard < _edges.Length; shard++)
        {
            _router.EdgesTake[shard] = offset > _edges[shard].Sent;
        }

        for (var shard = 0; shard < _items.Length; shard++)
        {
            _router.ItemsTake[shard] = offset > _items[shard].Sent;
        }

        _router.PopulationTakes = offset > _population!.Sent;
        _router.LinearTakes = options.LinearArmsMax > 0 && offset > _linear!.Sent;
        _router.NeuralTakes = options.Neural is not null && offset > _neural!.Sent;
        _router.ViewersTake = offset > _viewersSent;
    }

    async Task SendToShards(long last)
    {
        List<Task> sends = [];
        for (var shard = 0; shard < _edges.Length; shard++)
        {
            if (_router.TakeEdges(shard) is { Length: > 0 } block)
            {
                sends.Add(_edges[shard].Send(last, block));
            }
        }

        for (var shard = 0; shard < _items.Length; shard++)
        {
            if (_router.TakeItems(shard) is { Length: > 0 } block)
            {
                sends.Add(_items[shard].Send(last, block));
            }
        }

        if (_router.TakeLinear() is { Length: > 0 } linear)
        {
            sends.Add(_linear!.Send(last, linear));
        }

        if (_router.TakeNeural() is { Length: > 0 } neural)
        {
            sends.Add(_neural!.Send(last, neural));
        }

        sends.Add(_population!.Send(last, _router.TakePopulation()));
        await Task.WhenAll(sends);
    }

    async Task SendToViewers(long last)
    {
        await Task.WhenAll(_router.Viewers.Select(viewer => SendToViewer(viewer, last)));
        _router.ClearViewers();
        if (last > _viewersSent)
        {
            _viewersSent = last;
            viewers.Applied(Partition, last);
        }
    }

    async Task SendToViewer(Guid viewer, long last)
    {
        var unwritten = viewers.Unwritten(viewer) is { } state ? new ViewerWrite(state.Revision, state.Payload.ToArray()) : null;
        var write = await GrainFactory.GetGrain<IViewerGrain>(viewer).Apply(last, _router.TakeViewer(viewer), unwritten);
        viewers.Put(new StoredViewer(viewer, write.Revision, write.Payload));
    }

    /// <summary>Tells shards that got nothing lately that there was nothing for them, so that a restart need not look again.</summary>
    async Task AdvanceIdleShards()
    {
        Enter("advances shards that got nothing");
        _advancedAt = time.GetTimestamp();
        var position = _fold!.Position;
        foreach (var link in Links())
        {
            await link.Send(position, link == _population ? _router.TakePopulation() : []);
        }
    }

    [LoggerMessage(LogLevel.Information, "The consumer of partition {Partition} goes on after {Position}; {Events} events gave the window of repeats, in {Seconds:F1} s.")]
    partial void LogOpened(int partition, long position, long events, double seconds);

    void Enter(string step) => (_step, _stepAt, _toldOfStep) = (step, time.GetTimestamp(), false);

    [LoggerMessage(LogLevel.Warning, "The consumer of partition {Partition} stands at {Position} of {End}: it {Step} since {Seconds:F0} s.")]
    partial void LogStands(int partition, long position, long end, string step, double seconds);

    [LoggerMessage(LogLevel.Warning, "The consumer of partition {Partition} starts over.")]
    partial void LogRestart(int partition, Exception reason);
}
