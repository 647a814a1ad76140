using System.Runtime.InteropServices;

using Recs.Grains.Learning;
using Recs.Grains.Replication;
using Recs.Matching.Graph;
using Recs.Schema.Messages;
using Recs.Schema.Snapshots;
using Recs.Storage;

namespace Recs.Grains.Items;

/// <summary>A shard's exact item statistics, a page a range of rows, and their copy in the silo's item table.</summary>
sealed class ItemPages(ServingState serving) : IShardStatistics, IDisposable
{
    readonly HashSet<long> _changed = [];
    ItemLedger _ledger = new();

    /// <inheritdoc/>
    public void Restore(IReadOnlyList<Page> pages)
    {
        _ledger.Dispose();
        _ledger = new ItemLedger();
        _changed.Clear();
        foreach (var page in pages)
        {
            foreach (ref readonly var entry in SnapshotPages.Entries<ItemEntry>(page.Payload.Span))
            {
                ref var item = ref _ledger.At(entry.Row);
                item.N = entry.Impressions;
                item.R = entry.Reward;
                item.P = entry.Prior;
                Publish(ref item);
            }
        }
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<byte> updates)
    {
        foreach (ref readonly var update in MemoryMarshal.Cast<byte, ItemUpdate>(updates))
        {
            ref var item = ref _ledger.At(update.Row);
            if (update.Kind == UpdateKind.Impression)
            {
                item.AddImpression(update.Prior);
            }
            else
            {
                item.AddReward(update.Reward);
            }

            _ = _changed.Add(SnapshotPages.OfRow(update.Row));
            Publish(ref item);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Page> TakeChanged()
    {
        if (_changed.Count == 0)
        {
            return [];
        }

        var items = new ItemStatistics[_ledger.Count];
        _ = _ledger.CopyAll(items);
        var pages = items
            .GroupBy(item => SnapshotPages.OfRow(item.Row))
            .Where(page => _changed.Contains(page.Key))
            .Select(page => new Page(page.Key, Encode([.. page.Select(item => new ItemEntry(item.Row, item.N, item.R, item.P))])))
            .ToArray();
        _changed.Clear();
        return pages;
    }

    /// <inheritdoc/>
    public void MarkChanged(IReadOnlyList<Page> pages)
    {
        foreach (var page in pages)
        {
            _ = _changed.Add(page.Id);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ledger.Dispose();

    static byte[] Encode(ItemEntry[] entries) => MemoryMarshal.AsBytes<ItemEntry>(entries).ToArray();

    void Publish(ref ItemStatistics item)
    {
        if (item.Row < serving.Items.RowsMax)
        {
            serving.Items.WriteTotals(item.Row, item.Value);
        }
    }
}
