using Microsoft.Extensions.Logging.Abstractions;

using Recs.Grains.Hosting;
using Recs.Grains.Ingest;
using Recs.Grains.Items;
using Recs.Grains.Learning;
using Recs.Grains.Telemetry;
using Recs.Matching.Linear;
using Recs.Matching.Numerics;
using Recs.Schema.Snapshots;
using Recs.Storage;
using Recs.Storage.Folding;

namespace Recs.Tests.Retention;

/// <summary>
/// The learning shards and their consumers as a silo has them, without Orleans: the real fold, router and shards, started,
/// fed, made durable in part, and killed.
/// </summary>
sealed class LiveShards : IDisposable
{
    readonly IStore _store;
    readonly TimeProvider _time;
    readonly EdgePages[] _edgePages = [.. Enumerable.Range(0, Shards.EdgeCount).Select(_ => new EdgePages())];
    readonly ItemPages[] _itemPages = [.. Enumerable.Range(0, Shards.ItemCount).Select(_ => new ItemPages())];
    readonly DurableShard[] _edges;
    readonly DurableShard[] _items;
    readonly DurableShard _population;
    readonly DurableShard _linear;
    readonly DurableShard _neural;
    readonly ShardRouter _router = new();
    readonly LogFold[] _folds;

    LiveShards(IStore store, RecsMetrics metrics, TimeProvider time)
    {
        (_store, _time) = (store, time);
        DurableShard Shard(string kind, int number, IShardStatistics statistics) =>
            new(kind, number, statistics, store.Snapshots, time, metrics, NullLogger.Instance);
        _edges = [.. _edgePages.Select((pages, number) => Shard(SnapshotPages.Edges, number, pages))];
        _items = [.. _itemPages.Select((pages, number) => Shard(SnapshotPages.Items, number, pages))];
        _population = Shard(SnapshotPages.Population, 0, new PopulationStatistics(metrics));
        _linear = Shard(SnapshotPages.Linear, 0, new LinearStatistics(new LinearArms(4)));
        _neural = Shard(SnapshotPages.Neural, 0, new NoStatistics());
        _folds = new LogFold[store.EventLog.Partitions];
    }

    IEnumerable<DurableShard> All => [.. _edges, .. _items, _population, _linear, _neural];

    /// <summary>Starts from what storage has.</summary>
    public static async Task<LiveShards> Start(IStore store, RecsMetrics metrics, TimeProvider time, CancellationToken cancel)
    {
        var live = new LiveShards(store, metrics, time);
        foreach (var shard in live.All)
        {
            await shard.Open(cancel);
        }

        var viewers = await store.Viewers.PositionsAsync(cancel);
        for (var partition = 0; partition < live._folds.Length; partition++)
        {
            var position = Math.Min(live.All.Min(shard => shard.Position(partition)), viewers.GetValueOrDefault(partition));
            live._folds[partition] = await live.RebuildWindow(partition, position, cancel);
        }

        return live;
    }

    /// <summary>Adds everything that is in the log.</summary>
    public async Task Follow(CancellationToken cancel)
    {
        for (var partition = 0; partition < _folds.Length; partition++)
        {
            var fold = _folds[partition];
            await foreach (var row in LogRows.ReadAsync(_store.EventLog, partition, fold.Position, long.MaxValue, cancel))
            {
                Aim(partition, row.Offset);
                var (events, repeats) = (fold.Events, fold.Repeats);
                fold.Fold(row, _router);
                _router.CountEvents(fold.Events - events, fold.Repeats - repeats);
                _router.ClearViewers();
                Send(partition, row.Offset);
            }
        }
    }

    /// <summary>Makes some shards durable, and viewers always.</summary>
    public async Task Flush(Func<bool> isMade, CancellationToken cancel)
    {
        foreach (var shard in All)
        {
            if (isMade())
            {
                await shard.Flush();
            }
        }

        var positions = _folds.ToDictionary(fold => fold.Partition, fold => fold.Position);
        await _store.Viewers.SaveAsync([], positions, cancel);
    }

    /// <summary>A chance for every shard.</summary>
    public static Func<bool> Some(ulong seed)
    {
        var rng = new Rng(seed);
        return () => rng.NextDouble() < 0.5;
    }

    public void Dispose()
    {
        Array.ForEach(_edgePages, pages => pages.Dispose());
        Array.ForEach(_itemPages, pages => pages.Dispose());
    }

    void Aim(int partition, long offset)
    {
        for (var shard = 0; shard < _edges.Length; shard++)
        {
            _router.EdgesTake[shard] = offset > _edges[shard].Position(partition);
        }

        for (var shard = 0; shard < _items.Length; shard++)
        {
            _router.ItemsTake[shard] = offset > _items[shard].Position(partition);
        }

        _router.PopulationTakes = offset > _population.Position(partition);
    }

    void Send(int partition, long last)
    {
        for (var shard = 0; shard < _edges.Length; shard++)
        {
            _ = _edges[shard].Apply(partition, _edges[shard].Position(partition), last, _router.TakeEdges(shard));
        }

        for (var shard = 0; shard < _items.Length; shard++)
        {
            _ = _items[shard].Apply(partition, _items[shard].Position(partition), last, _router.TakeItems(shard));
        }

        _ = _population.Apply(partition, _population.Position(partition), last, _router.TakePopulation());
        _ = _linear.Apply(partition, _linear.Position(partition), last, []);
        _ = _neural.Apply(partition, _neural.Position(partition), last, []);
    }

    /// <summary>As the consumer does it.</summary>
    async Task<LogFold> RebuildWindow(int partition, long position, CancellationToken cancel)
    {
        var log = _store.EventLog;
        var fold = new LogFold(partition, LogWindow.DecisionAge);
        var next = await log.ReadAsync(partition, position, 1, 1, cancel);
        var resumesAt = next.Count > 0 ? next[0].At : _time.GetUtcNow();
        var from = await log.OffsetBeforeAsync(partition, resumesAt - LogWindow.Of(LogWindow.DecisionAge), cancel);
        fold.StartAfter(Math.Min(from, position));
        await foreach (var row in LogRows.ReadAsync(log, partition, fold.Position, position, cancel))
        {
            fold.Fold(row, sink: null);
        }

        fold.StartAfter(position);
        return fold;
    }
}
