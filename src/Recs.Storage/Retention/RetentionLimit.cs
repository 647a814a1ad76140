using Recs.Schema.Snapshots;

namespace Recs.Storage.Retention;

/// <summary>How far the base may go: not above what all learning has made durable, and not to rows that are too young.</summary>
sealed class RetentionLimit(IEventLog log, ISnapshotStore snapshots, IViewerStore viewers)
{
    static readonly (string Kind, int Shards)[] Learning =
    [
        (SnapshotPages.Edges, SnapshotPages.EdgeShards),
        (SnapshotPages.Items, SnapshotPages.ItemShards),
        (SnapshotPages.Population, 1),
        (SnapshotPages.Linear, 1),
        (SnapshotPages.Neural, 1),
    ];

    /// <summary>The limit of every partition, shape [partitions].</summary>
    /// <param name="until">Rows written at this time or later are too young.</param>
    /// <param name="cancel">Gives up.</param>
    /// <remarks>Loads every snapshot once, one at a time.</remarks>
    public async Task<long[]> FindAsync(DateTimeOffset until, CancellationToken cancel)
    {
        var durable = await viewers.PositionsAsync(cancel);
        var limits = new long[log.Partitions];
        for (var partition = 0; partition < limits.Length; partition++)
        {
            var old = await log.OffsetBeforeAsync(partition, until, cancel);
            limits[partition] = Math.Min(old, durable.GetValueOrDefault(partition));
        }

        foreach (var (kind, shards) in Learning)
        {
            for (var shard = 0; shard < shards && limits.Any(limit => limit > 0); shard++)
            {
                var snapshot = await snapshots.LoadAsync(kind, shard, cancel);
                for (var partition = 0; partition < limits.Length; partition++)
                {
                    limits[partition] = Math.Min(limits[partition], StoredBase.Position(snapshot, partition));
                }
            }
        }

        return limits;
    }
}
