using Recs.Schema.Snapshots;
using Recs.Storage;
using Recs.Storage.Folding;
using Recs.Storage.Retention;

namespace Recs.Cli.ReplayLog;

/// <summary>One replay: the base's sums, and on top of them each shard's rows above the base up to its snapshot's position.</summary>
sealed class BasedReplay(IEventLog log, StoredBase stored, ShardSnapshot?[] edges, ShardSnapshot?[] items)
{
    const int DifferencesNamed = 10;

    readonly ReplayedStatistics _statistics = new();
    readonly List<string> _differences = [];
    long _events;
    long _repeats;
    long _after;
    int _earlier;

    /// <summary>Adds up the base and the log.</summary>
    public async Task Run(CancellationToken cancel)
    {
        foreach (var (cluster, entry) in stored.Edges.SelectMany(Entries<EdgeEntry>))
        {
            _statistics.Add((int)cluster, entry);
        }

        foreach (var (_, entry) in stored.Items.SelectMany(Entries<ItemEntry>))
        {
            _statistics.Add(entry);
        }

        RequireSound("edge", edges);
        RequireSound("item", items);
        for (var partition = 0; partition < log.Partitions; partition++)
        {
            RequireReached(partition, "edge", stored.Edges, edges);
            RequireReached(partition, "item", stored.Items, items);
            await Fold(partition, cancel);
        }

        Compare("edge", Stored<EdgeEntry, (int, int)>(edges, (page, entry) => ((int)page, entry.Row)), _statistics.Edges);
        var found = Stored<ItemEntry, int>(items, (_, entry) => entry.Row);
        SetWatchesAside(found);
        Compare("item", found, _statistics.Items);
    }

    /// <summary>What was found.</summary>
    public ReplayReport Report()
    {
        var based = Enumerable.Range(0, log.Partitions).Select(stored.Counts).ToList();
        var reported = stored.Exists
            ? new ReplayBase(
                based.Sum(counts => counts.Events), [.. Enumerable.Range(0, log.Partitions).Select(stored.Low)])
            : null;
        return new ReplayReport(
            _events + based.Sum(counts => counts.Events),
            _repeats + based.Sum(counts => counts.Repeats),
            _after,
            _statistics.Edges.Count,
            _statistics.Items.Count,
            _earlier,
            _differences.Count,
            [.. _differences.Take(DifferencesNamed)],
            reported);
    }

    async Task Fold(int partition, CancellationToken cancel)
    {
        var low = stored.Low(partition);
        var counted = StoredBase.Position(stored.Events, partition);
        var fold = new LogFold(partition, LogWindow.DecisionAgeMax);
        await foreach (var row in LogRows.ReadAsync(log, partition, 0, long.MaxValue, cancel))
        {
            var last = Math.Max(fold.Position, low);
            if (row.Offset > last + 1)
            {
                _differences.Add($"partition {partition}: rows {last + 1} to {row.Offset - 1} are neither in the log nor in the base");
            }

            if (row.IsDamaged)
            {
                _differences.Add($"partition {partition}: row {row.Offset} is damaged; what it said is not known");
            }

            Aim(_statistics.EdgesTake, stored.Edges, edges, partition, row.Offset);
            Aim(_statistics.ItemsTake, stored.Items, items, partition, row.Offset);
            _after += edges.Concat(items).Any(shard => StoredBase.Position(shard, partition) < row.Offset) ? row.Count : 0;
            var (events, repeats) = (fold.Events, fold.Repeats);

            // Rows that nobody counts, as those at or below the base, fill the window of repeats.
            fold.Fold(row, _statistics.IsTaken ? _statistics : null);
            if (row.Offset > counted)
            {
                _events += fold.Events - events;
                _repeats += fold.Repeats - repeats;
            }
        }

        var end = await log.EndAsync(partition, cancel);
        if (Math.Max(fold.Position, low) < end)
        {
            // Either the log grew meanwhile, or its last rows are missing: only the second is a difference.
            await RequireGrown(partition, Math.Max(fold.Position, low), end, cancel);
        }
    }

    async Task RequireGrown(int partition, long last, long end, CancellationToken cancel)
    {
        var next = await log.ReadAsync(partition, last, 1, 1, cancel);
        if (next.Count == 0 || next[0].Offset > last + 1)
        {
            _differences.Add($"partition {partition}: rows {last + 1} to {(next.Count == 0 ? end : next[0].Offset - 1)} are neither in the log nor in the base");
        }
    }

    static void Aim(bool[] take, IReadOnlyList<ShardSnapshot?> above, ShardSnapshot?[] shards, int partition, long offset)
    {
        for (var shard = 0; shard < take.Length; shard++)
        {
            take[shard] = offset > StoredBase.Position(above[shard], partition)
                && offset <= StoredBase.Position(shards[shard], partition);
        }
    }

    void RequireSound(string what, ShardSnapshot?[] shards)
    {
        for (var shard = 0; shard < shards.Length; shard++)
        {
            _differences.AddRange((shards[shard]?.Damaged ?? []).Select(part => $"{what} shard {shard}: {part} is damaged"));
        }
    }

    void RequireReached(int partition, string what, IReadOnlyList<ShardSnapshot?> bases, ShardSnapshot?[] shards)
    {
        for (var shard = 0; shard < shards.Length; shard++)
        {
            var (has, should) = (StoredBase.Position(shards[shard], partition), StoredBase.Position(bases[shard], partition));
            if (has < should)
            {
                _differences.Add($"{what} shard {shard}: stored up to row {has} of partition {partition}, the base up to {should}");
            }
        }
    }

    static IEnumerable<(long Page, T Entry)> Entries<T>(ShardSnapshot? shard)
        where T : unmanaged, IPageEntry<T> =>
        shard is null ? [] : shard.Pages.SelectMany(page => SnapshotPages.Entries<T>(page.Payload.Span).ToArray().Select(entry => (page.Id, entry)));

    static Dictionary<TKey, T> Stored<T, TKey>(ShardSnapshot?[] shards, Func<long, T, TKey> key)
        where T : unmanaged, IPageEntry<T>
        where TKey : notnull
    {
        var found = new Dictionary<TKey, T>();
        foreach (var (page, entry) in shards.SelectMany(Entries<T>))
        {
            found[key(page, entry)] = entry;
        }

        return found;
    }

    /// <summary>
    /// An item that was met before watches were summed has sums from some row in the middle of the log: which one nobody knows,
    /// so those alone are not compared.
    /// </summary>
    void SetWatchesAside(Dictionary<int, ItemEntry> found)
    {
        foreach (var (row, entry) in found.Where(item => item.Value.Earlier > 0))
        {
            _earlier++;
            if (_statistics.Items.TryGetValue(row, out var replayed))
            {
                _statistics.Items[row] = replayed with { Watch = entry.Watch, WatchSquares = entry.WatchSquares, Earlier = entry.Earlier };
            }
        }
    }

    void Compare<TKey, T>(string what, Dictionary<TKey, T> found, Dictionary<TKey, T> replayed)
        where TKey : notnull
        where T : struct, IEquatable<T>
    {
        foreach (var key in found.Keys.Union(replayed.Keys))
        {
            var (has, should) = (found.GetValueOrDefault(key), replayed.GetValueOrDefault(key));
            if (!has.Equals(should))
            {
                _differences.Add($"{what} {key}: stored {has}, by the log {should}");
            }
        }
    }
}
