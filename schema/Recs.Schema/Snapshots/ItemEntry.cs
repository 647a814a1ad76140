using System.Runtime.InteropServices;

namespace Recs.Schema.Snapshots;

/// <summary>Exact statistics of one item as a snapshot page of layout 2 and a replica's feed hold them, 52 bytes.</summary>
/// <param name="Row">Catalogue row of the item.</param>
/// <param name="Impressions">n, how often it was shown.</param>
/// <param name="Reward">R = Σ r, in units of 65535⁻¹.</param>
/// <param name="Prior">P = Σ π, in units of 65535⁻¹.</param>
/// <param name="Watch">Σ x over the rewards of watch events, in units of 65535⁻¹.</param>
/// <param name="WatchSquares">Σ x² over them, in units of 65535⁻².</param>
/// <param name="Earlier">
/// Impressions from before sums over watches were kept, which those two know nothing of; 0 for an item met since, at least 1 for
/// one met before.
/// </param>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 52)]
public readonly record struct ItemEntry(
    int Row, long Impressions, long Reward, long Prior, long Watch, long WatchSquares, long Earlier) : IPageEntry<ItemEntry>
{
    /// <summary>An item of which nothing is known.</summary>
    public ItemEntry(int row)
        : this(row, 0, 0, 0, 0, 0, 0)
    {
    }

    static int IPageEntry<ItemEntry>.Layout => 2;

    static ItemEntry[] IPageEntry<ItemEntry>.OfFirstLayout(ReadOnlySpan<byte> page)
    {
        var first = SnapshotPages.Cast<First>(page);
        var entries = new ItemEntry[first.Length];
        for (var index = 0; index < entries.Length; index++)
        {
            var (row, impressions, reward, prior) = first[index];
            entries[index] = new ItemEntry(row, impressions, reward, prior, 0, 0, Math.Max(1, impressions));
        }

        return entries;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1, Size = 28)]
    readonly record struct First(int Row, long Impressions, long Reward, long Prior);
}
