using Recs.Matching.Graph;
using Recs.Schema.Snapshots;

namespace Recs.Grains.Replication;

/// <summary>This silo's copy of one shard's item statistics: the rows of the item table that belong to it.</summary>
sealed class ItemReplica(ServingState serving) : IReplica
{
    /// <inheritdoc/>
    public void Take(byte[] payload, bool isCopy)
    {
        foreach (ref readonly var entry in SnapshotPages.Entries<ItemEntry>(payload))
        {
            if (entry.Row < serving.Items.RowsMax)
            {
                var item = new ItemStatistics
                {
                    N = entry.Impressions,
                    R = entry.Reward,
                    P = entry.Prior,
                    X = entry.Watch,
                    Q = entry.WatchSquares,
                    E = entry.Earlier,
                };
                serving.Items.WriteTotals(entry.Row, item.Value);
            }
        }
    }
}
