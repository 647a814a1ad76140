using Recs.Schema.Decisions;
using Recs.Schema.Log;
using Recs.Schema.Snapshots;
using Recs.Storage.Folding;

namespace Recs.Cli.ReplayLog;

/// <summary>
/// The statistics of edges and items as they follow from the log alone, each shard's up to the position that its
/// snapshot names.
/// </summary>
/// <remarks>Dictionaries and plain sums on purpose: nothing of the serving code takes part in the proof.</remarks>
sealed class ReplayedStatistics : IFoldSink
{
    /// <summary>(cluster, row) → sums.</summary>
    public Dictionary<(int Cluster, int Row), EdgeEntry> Edges { get; } = [];

    /// <summary>row → sums.</summary>
    public Dictionary<int, ItemEntry> Items { get; } = [];

    /// <summary>Which edge shards include the row of the log that is being folded.</summary>
    public bool[] EdgesTake { get; } = new bool[SnapshotPages.EdgeShards];

    /// <summary>Which item shards include it.</summary>
    public bool[] ItemsTake { get; } = new bool[SnapshotPages.ItemShards];

    /// <inheritdoc/>
    public void Impression(in FeedbackRecord record, int index)
    {
        var item = record.Item(index);
        AddEdges(record, item, static (sums, weight, prior, _) => sums with
        {
            Precision = sums.Precision + (weight * weight),
            Weight = sums.Weight + weight,
            Prior = sums.Prior + (weight * prior),
        });
        AddItem(item.Row, sums => sums with { Impressions = sums.Impressions + 1, Prior = sums.Prior + item.Prior });
    }

    /// <inheritdoc/>
    public void Reward(in FeedbackRecord record, int index)
    {
        var item = record.Item(index);
        long reward = record.Reward;
        AddEdges(record, item, static (sums, weight, _, reward) => sums with { Reward = sums.Reward + (weight * reward) });
        AddItem(item.Row, sums => sums with { Reward = sums.Reward + reward });
    }

    /// <inheritdoc/>
    public void History(in FeedbackRecord record)
    {
        // Events outside decisions change no statistic.
    }

    void AddEdges(in FeedbackRecord record, DecidedItem item, Func<EdgeEntry, long, long, long, EdgeEntry> add)
    {
        for (var k = 0; k < record.ClusterCount; k++)
        {
            var (cluster, weight) = record.Cluster(k);
            if ((item.Matched >> k & 1) == 1 && EdgesTake[cluster % SnapshotPages.EdgeShards])
            {
                var sums = Edges.GetValueOrDefault((cluster, item.Row), new EdgeEntry(item.Row, 0, 0, 0, 0));
                Edges[(cluster, item.Row)] = add(sums, weight, item.Prior, record.Reward);
            }
        }
    }

    void AddItem(int row, Func<ItemEntry, ItemEntry> add)
    {
        if (ItemsTake[row % SnapshotPages.ItemShards])
        {
            Items[row] = add(Items.GetValueOrDefault(row, new ItemEntry(row, 0, 0, 0)));
        }
    }
}
