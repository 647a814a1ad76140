using System.Runtime.InteropServices;

using Recs.Grains.Learning;
using Recs.Grains.Replication;
using Recs.Matching.Graph;
using Recs.Schema.Log;
using Recs.Schema.Messages;
using Recs.Schema.Snapshots;
using Recs.Storage;

namespace Recs.Grains.Items;

/// <summary>A shard's exact item statistics, a page a range of rows.</summary>
sealed class ItemPages : IShardStatistics, IDisposable
{
    const int ChangesKept = 1 << 16;

    readonly HashSet<long> _changed = [];
    readonly ChangeRing<int> _recent = new(ChangesKept);
    ItemLedger _ledger = new();

    /// <inheritdoc/>
    public long Sequence => _recent.Sequence;

    /// <inheritdoc/>
    public void Restore(IReadOnlyList<Page> pages)
    {
        _ledger.Dispose();
        _ledger = new ItemLedger();
        _changed.Clear();
        _recent.Skip();
        foreach (var page in pages)
        {
            foreach (ref readonly var entry in SnapshotPages.Entries<ItemEntry>(page.Payload.Span))
            {
                ref var item = ref _ledger.At(entry.Row);
                (item.N, item.R, item.P) = (entry.Impressions, entry.Reward, entry.Prior);
                (item.X, item.Q, item.E) = (entry.Watch, entry.WatchSquares, entry.Earlier);
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
                item.AddReward(
                    update.Before, update.Reward, isPenalty: update.Kind == UpdateKind.Penalty, isWatch: update.Type == EventType.Watch);
            }

            _ = _changed.Add(SnapshotPages.OfRow(update.Row));
            _recent.Add(update.Row);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Page> TakeChanged()
    {
        if (_changed.Count == 0)
        {
            return [];
        }

        var pages = All()
            .GroupBy(item => SnapshotPages.OfRow(item.Row))
            .Where(page => _changed.Contains(page.Key))
            .Select(page => new Page(page.Key, Encode([.. page])))
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
    /// <remarks>One piece: a shard has at most some ten thousand items.</remarks>
    public (byte[] Payload, long NextPage) Copy(long page) => (Encode([.. All()]), -1);

    /// <inheritdoc/>
    public byte[]? Changes(long after) =>
        _recent.After(after) is { } rows ? Encode([.. rows.Select(row => Entry(_ledger.At(row)))]) : null;

    /// <inheritdoc/>
    public void Dispose() => _ledger.Dispose();

    static ItemEntry Entry(in ItemStatistics item) => new(item.Row, item.N, item.R, item.P, item.X, item.Q, item.E);

    static byte[] Encode(ItemEntry[] entries) => SnapshotPages.Payload<ItemEntry>(entries);

    IEnumerable<ItemEntry> All()
    {
        var items = new ItemStatistics[_ledger.Count];
        _ = _ledger.CopyAll(items);
        return items.Select(item => Entry(item));
    }
}
