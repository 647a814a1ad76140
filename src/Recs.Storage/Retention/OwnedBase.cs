using Recs.Schema.Snapshots;
using Recs.Storage.Folding;

namespace Recs.Storage.Retention;

/// <summary>A shard of the base that a run has taken over, and where it was then.</summary>
/// <param name="Kind">As in <see cref="StoredBase"/>.</param>
/// <param name="Shard">Number within the kind.</param>
/// <param name="Epoch">What the take-over gave.</param>
/// <param name="Positions">Partition to the offset that the shard's sums go up to.</param>
sealed record OwnedBase(string Kind, int Shard, long Epoch, IReadOnlyDictionary<int, long> Positions)
{
    /// <summary>Takes a shard over: whoever moved the base before cannot write it any more.</summary>
    public static async Task<OwnedBase> TakeOverAsync(
        ISnapshotStore snapshots, string kind, int shard, CancellationToken cancel)
    {
        var epoch = await snapshots.TakeOverAsync(kind, shard, cancel);
        var stored = await snapshots.LoadAsync(kind, shard, cancel);
        if (stored is { Damaged: [var first, ..] })
        {
            throw new InvalidDataException($"The base of the log is damaged: {kind}/{shard}, {first}.");
        }

        return new OwnedBase(kind, shard, epoch, stored?.Positions ?? new Dictionary<int, long>());
    }

    /// <summary>Where the shard is in a partition.</summary>
    public long Position(int partition) => Positions.GetValueOrDefault(partition);

    /// <summary>Whether another run has taken the shard over since.</summary>
    public async Task<bool> IsLostAsync(ISnapshotStore snapshots, CancellationToken cancel) =>
        (await snapshots.LoadAsync(Kind, Shard, cancel))?.Epoch != Epoch;

    /// <summary>Adds sums to the stored pages and moves the positions, in one transaction.</summary>
    /// <param name="snapshots">Where.</param>
    /// <param name="fold">The sums of all shards.</param>
    /// <param name="ends">The new end of every partition; where the shard is further already it stays.</param>
    /// <param name="cancel">Gives up while the write still waits.</param>
    /// <returns>False when another run has taken the shard over.</returns>
    public async Task<bool> SaveAsync(
        ISnapshotStore snapshots, BaseFold fold, IReadOnlyList<long> ends, CancellationToken cancel)
    {
        var moved = Enumerable.Range(0, ends.Count)
            .Where(partition => ends[partition] > Position(partition))
            .ToDictionary(partition => partition, partition => ends[partition]);
        if (moved.Count == 0)
        {
            return true;
        }

        // The pages are those of the positions at hand: nobody else could have written them since the take-over.
        var stored = await snapshots.LoadAsync(Kind, Shard, cancel);
        if (stored?.Epoch != Epoch)
        {
            return false;
        }

        var pages = stored.Pages.ToDictionary(page => page.Id, page => page.Payload);
        return await snapshots.SaveAsync(Kind, Shard, Epoch, moved, Changed(pages, fold), cancel);
    }

    Page[] Changed(Dictionary<long, ReadOnlyMemory<byte>> pages, BaseFold fold) => Kind switch
    {
        StoredBase.EdgeKind =>
        [
            .. fold.Statistics.Edges.Where(edge => edge.Key.Cluster % SnapshotPages.EdgeShards == Shard)
                .GroupBy(edge => (long)edge.Key.Cluster, edge => edge.Value)
                .Select(page => Merge(page, pages, entry => entry.Row, ReplayedStatistics.Sum)),
        ],
        StoredBase.ItemKind =>
        [
            .. fold.Statistics.Items.Values.Where(item => item.Row % SnapshotPages.ItemShards == Shard)
                .GroupBy(item => SnapshotPages.OfRow(item.Row))
                .Select(page => Merge(page, pages, entry => entry.Row, ReplayedStatistics.Sum)),
        ],
        _ =>
        [
            .. fold.Events.Select(counts => (Partition: (long)counts.Key, counts.Value)).GroupBy(counts => counts.Partition, counts => counts.Value)
                .Select(page => Merge(
                    page, pages, _ => 0, (a, b) => new BaseEvents(a.Events + b.Events, a.Repeats + b.Repeats))),
        ],
    };

    /// <summary>A stored page with sums added, entries by ascending key.</summary>
    static Page Merge<T>(
        IGrouping<long, T> added, Dictionary<long, ReadOnlyMemory<byte>> pages, Func<T, int> key, Func<T, T, T> sum)
        where T : unmanaged, IPageEntry<T>
    {
        SortedDictionary<int, T> entries = [];
        foreach (var entry in SnapshotPages.Entries<T>(pages.GetValueOrDefault(added.Key).Span))
        {
            entries[key(entry)] = entry;
        }

        foreach (var entry in added)
        {
            entries[key(entry)] = entries.TryGetValue(key(entry), out var before) ? sum(before, entry) : entry;
        }

        return new Page(added.Key, SnapshotPages.Payload<T>([.. entries.Values]));
    }
}
