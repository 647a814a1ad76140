using Recs.Schema.Snapshots;
using Recs.Storage;
using Recs.Storage.Folding;

namespace Recs.Cli.ReplayLog;

/// <summary>Recomputes every edge and item from the event log and compares them, integer by integer, with what is stored.</summary>
static class LogReplay
{
    const int ReadRowsMax = 1024;
    const int ReadBytesMax = 4 * 1024 * 1024;
    const int DifferencesNamed = 10;

    /// <summary>Replays a store.</summary>
    public static async Task<ReplayReport> Run(IStore store, CancellationToken cancel)
    {
        var edges = await Load(store, SnapshotPages.Edges, SnapshotPages.EdgeShards, cancel);
        var items = await Load(store, SnapshotPages.Items, SnapshotPages.ItemShards, cancel);
        var statistics = new ReplayedStatistics();
        var (events, repeats, after) = (0L, 0L, 0L);
        for (var partition = 0; partition < store.EventLog.Partitions; partition++)
        {
            var fold = new LogFold(partition);
            while (await store.EventLog.ReadAsync(partition, fold.Position, ReadRowsMax, ReadBytesMax, cancel) is { Count: > 0 } rows)
            {
                foreach (var row in rows)
                {
                    Aim(statistics.EdgesTake, edges, partition, row.Offset);
                    Aim(statistics.ItemsTake, items, partition, row.Offset);
                    after += statistics.EdgesTake.Contains(false) || statistics.ItemsTake.Contains(false) ? row.Count : 0;
                    fold.Fold(row, statistics);
                }
            }

            events += fold.Events;
            repeats += fold.Repeats;
        }

        List<string> differences = [];
        Compare("edge", Stored<EdgeEntry, (int, int)>(edges, (page, entry) => ((int)page, entry.Row)), statistics.Edges, differences);
        Compare("item", Stored<ItemEntry, int>(items, (_, entry) => entry.Row), statistics.Items, differences);
        return new ReplayReport(
            events, repeats, after, statistics.Edges.Count, statistics.Items.Count, differences.Count, [.. differences.Take(DifferencesNamed)]);
    }

    static async Task<ShardSnapshot?[]> Load(IStore store, string kind, int shards, CancellationToken cancel)
    {
        var snapshots = new ShardSnapshot?[shards];
        for (var shard = 0; shard < shards; shard++)
        {
            snapshots[shard] = await store.Snapshots.LoadAsync(kind, shard, cancel);
        }

        return snapshots;
    }

    static void Aim(bool[] take, ShardSnapshot?[] shards, int partition, long offset)
    {
        for (var shard = 0; shard < take.Length; shard++)
        {
            take[shard] = shards[shard] is { } snapshot && snapshot.Positions.GetValueOrDefault(partition) >= offset;
        }
    }

    static Dictionary<TKey, T> Stored<T, TKey>(ShardSnapshot?[] shards, Func<long, T, TKey> key)
        where T : unmanaged
        where TKey : notnull
    {
        var stored = new Dictionary<TKey, T>();
        foreach (var page in shards.SelectMany(shard => shard?.Pages ?? []))
        {
            foreach (var entry in SnapshotPages.Entries<T>(page.Payload.Span))
            {
                stored[key(page.Id, entry)] = entry;
            }
        }

        return stored;
    }

    static void Compare<TKey, T>(string what, Dictionary<TKey, T> stored, Dictionary<TKey, T> replayed, List<string> differences)
        where TKey : notnull
        where T : struct, IEquatable<T>
    {
        foreach (var key in stored.Keys.Union(replayed.Keys))
        {
            var (has, should) = (stored.GetValueOrDefault(key), replayed.GetValueOrDefault(key));
            if (!has.Equals(should))
            {
                differences.Add($"{what} {key}: stored {has}, by the log {should}");
            }
        }
    }
}
