using Recs.Cli.Output;
using Recs.Schema.Snapshots;
using Recs.Storage;
using Recs.Storage.Retention;

namespace Recs.Cli.ReplayLog;

/// <summary>
/// Recomputes every edge and item from the base and the event log and compares them, integer by integer, with what is
/// stored.
/// </summary>
static class LogReplay
{
    const int AttemptsMax = 5;

    /// <summary>Replays a store; once more when its retention moved the base meanwhile.</summary>
    /// <exception cref="RunFailedException">The base was moved during every attempt.</exception>
    public static async Task<ReplayReport> Run(IStore store, CancellationToken cancel)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            // The base first: it is never ahead of a shard that is loaded after it.
            var stored = await StoredBase.LoadAsync(store.Snapshots, cancel);
            var edges = await Load(store, SnapshotPages.Edges, SnapshotPages.EdgeShards, cancel);
            var items = await Load(store, SnapshotPages.Items, SnapshotPages.ItemShards, cancel);
            var replay = new BasedReplay(store.EventLog, stored, edges, items);
            await replay.Run(cancel);
            if (stored.IsSame(await StoredBase.LoadAsync(store.Snapshots, cancel)))
            {
                return replay.Report();
            }
        }

        throw new RunFailedException("The base of the log was moved during every attempt; try again.");
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
}
