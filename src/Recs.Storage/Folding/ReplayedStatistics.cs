using Recs.Schema.Decisions;
using Recs.Schema.Log;
using Recs.Schema.Snapshots;

namespace Recs.Storage.Folding;

/// <summary>
/// The statistics of edges and items as they follow from the log alone, each shard's over the rows that the caller aims
/// at it.
/// </summary>
/// <remarks>
/// Dictionaries and plain sums on purpose: nothing of the serving code takes part in the proof. The base of a trimmed log
/// is made with it, and <c>recs replay-log</c> compares with it. About 100 bytes an edge. One thread at a time.
/// </remarks>
public sealed class ReplayedStatistics : IFoldSink
{
    /// <summary>(cluster, row) → sums.</summary>
    public Dictionary<(int Cluster, int Row), EdgeEntry> Edges { get; } = [];

    /// <summary>row → sums.</summary>
    public Dictionary<int, ItemEntry> Items { get; } = [];

    /// <summary>Which edge shards include the row of the log that is being folded.</summary>
    public bool[] EdgesTake { get; } = new bool[SnapshotPages.EdgeShards];

    /// <summary>Which item shards include it.</summary>
    public bool[] ItemsTake { get; } = new bool[SnapshotPages.ItemShards];

    /// <summary>Whether any shard includes it.</summary>
    public bool IsTaken => EdgesTake.Contains(true) || ItemsTake.Contains(true);

    /// <summary>Adds sums that were made earlier.</summary>
    /// <param name="cluster">Global cluster id.</param>
    /// <param name="entry">The edge's row and sums.</param>
    public void Add(int cluster, in EdgeEntry entry)
    {
        var sums = Edges.GetValueOrDefault((cluster, entry.Row), new EdgeEntry(entry.Row, 0, 0, 0, 0));
        Edges[(cluster, entry.Row)] = Sum(sums, entry);
    }

    /// <summary>Adds sums that were made earlier.</summary>
    /// <param name="entry">The item's row and sums.</param>
    public void Add(in ItemEntry entry) =>
        Items[entry.Row] = Sum(Items.GetValueOrDefault(entry.Row, new ItemEntry(entry.Row)), entry);

    /// <summary>The sums of one edge over two stretches of the log.</summary>
    public static EdgeEntry Sum(EdgeEntry a, EdgeEntry b) => a with
    {
        Precision = a.Precision + b.Precision,
        Reward = a.Reward + b.Reward,
        Weight = a.Weight + b.Weight,
        Prior = a.Prior + b.Prior,
    };

    /// <summary>The sums of one item over two stretches of the log.</summary>
    public static ItemEntry Sum(ItemEntry a, ItemEntry b) => a with
    {
        Impressions = a.Impressions + b.Impressions,
        Reward = a.Reward + b.Reward,
        Prior = a.Prior + b.Prior,
        Watch = a.Watch + b.Watch,
        WatchSquares = a.WatchSquares + b.WatchSquares,
        Earlier = a.Earlier + b.Earlier,
    };

    /// <inheritdoc/>
    public void Impression(in FeedbackRecord record, int index)
    {
        var item = record.Item(index);
        AddEdges(record, item, static (sums, weight, prior) => sums with
        {
            Precision = sums.Precision + (weight * weight),
            Weight = sums.Weight + weight,
            Prior = sums.Prior + (weight * prior),
        });
        AddItem(item.Row, sums => sums with { Impressions = sums.Impressions + 1, Prior = sums.Prior + item.Prior });
    }

    /// <inheritdoc/>
    public void Reward(in FeedbackRecord record, int index, in RewardStep step)
    {
        var item = record.Item(index);
        var (before, after) = ((long)step.Before, (long)step.After);
        AddEdges(record, item, (sums, weight, _) => sums with { Reward = sums.Reward + (weight * (after - before)) });
        var isWatch = step.Type == EventType.Watch;
        AddItem(item.Row, sums => sums with
        {
            Reward = sums.Reward + after - before,
            Watch = sums.Watch + (isWatch ? after - before : 0),
            WatchSquares = sums.WatchSquares + (isWatch ? (after * after) - (before * before) : 0),
        });
    }

    /// <inheritdoc/>
    public void History(in FeedbackRecord record)
    {
        // Events outside decisions change no statistic.
    }

    /// <inheritdoc/>
    public void Forget(Guid viewer)
    {
        // Sums of edges and items do not say who was counted.
    }

    void AddEdges(in FeedbackRecord record, DecidedItem item, Func<EdgeEntry, long, long, EdgeEntry> add)
    {
        for (var k = 0; k < record.ClusterCount; k++)
        {
            var (cluster, weight) = record.Cluster(k);
            if ((item.Matched >> k & 1) == 1 && EdgesTake[cluster % SnapshotPages.EdgeShards])
            {
                var sums = Edges.GetValueOrDefault((cluster, item.Row), new EdgeEntry(item.Row, 0, 0, 0, 0));
                Edges[(cluster, item.Row)] = add(sums, weight, item.Prior);
            }
        }
    }

    void AddItem(int row, Func<ItemEntry, ItemEntry> add)
    {
        if (ItemsTake[row % SnapshotPages.ItemShards])
        {
            Items[row] = add(Items.GetValueOrDefault(row, new ItemEntry(row)));
        }
    }
}
