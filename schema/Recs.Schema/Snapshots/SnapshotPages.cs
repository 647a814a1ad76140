using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Recs.Schema.Snapshots;

/// <summary>How snapshots are divided into shards and pages; stored, so never changed without a migration.</summary>
public static class SnapshotPages
{
    /// <summary>Name of the edge shards' snapshots; a page is a cluster.</summary>
    public const string Edges = "edges";

    /// <summary>Name of the item shards' snapshots; a page is a range of rows.</summary>
    public const string Items = "items";

    /// <summary>Name of the population's snapshot; one page.</summary>
    public const string Population = "population";

    /// <summary>Name of the linear policies' snapshot; page 0 is the pooled regression, page row + 1 an arm.</summary>
    public const string Linear = "linear";

    /// <summary>Name of the neural model's snapshot; page 0 is what belongs to no row, the others rows of its tables.</summary>
    public const string Neural = "neural";

    /// <summary>Shards of edges; a shard is the set of clusters with the same remainder.</summary>
    public const int EdgeShards = 16;

    /// <summary>Shards of items; a shard is the set of rows with the same remainder.</summary>
    public const int ItemShards = 16;

    /// <summary>Shards of viewers' embeddings; a shard is the set of hashed ids with the same remainder.</summary>
    public const int ViewerShards = 16;

    const int RowsPerItemPageBits = 12;

    /// <summary>The page that holds a row's statistics.</summary>
    public static long OfRow(int row) => row >> RowsPerItemPageBits;

    /// <summary>Entries of a page, whatever its layout; none of an empty one.</summary>
    /// <exception cref="InvalidDataException">The page's length is not a whole number of entries, or its layout is not known.</exception>
    public static ReadOnlySpan<T> Entries<T>(ReadOnlySpan<byte> page)
        where T : unmanaged, IPageEntry<T>
    {
        if (T.Layout == 1 || page.IsEmpty)
        {
            return Cast<T>(page);
        }

        var head = page.Length < sizeof(int) ? 0 : BinaryPrimitives.ReadInt32LittleEndian(page);
        return head >= 0 ? T.OfFirstLayout(page)
            : head == -T.Layout ? Cast<T>(page[sizeof(int)..])
            : throw new InvalidDataException("A snapshot page has a layout that is not known.");
    }

    /// <summary>A page of entries, in the layout of the day; empty without any.</summary>
    public static byte[] Payload<T>(ReadOnlySpan<T> entries)
        where T : unmanaged, IPageEntry<T>
    {
        var head = T.Layout == 1 || entries.IsEmpty ? 0 : sizeof(int);
        var bytes = MemoryMarshal.AsBytes(entries);
        var page = new byte[head + bytes.Length];
        if (head > 0)
        {
            BinaryPrimitives.WriteInt32LittleEndian(page, -T.Layout);
        }

        bytes.CopyTo(page.AsSpan(head));
        return page;
    }

    /// <summary>A page without a head.</summary>
    internal static ReadOnlySpan<T> Cast<T>(ReadOnlySpan<byte> page)
        where T : unmanaged =>
        page.Length % Marshal.SizeOf<T>() == 0
            ? MemoryMarshal.Cast<byte, T>(page)
            : throw new InvalidDataException("A snapshot page is damaged.");
}
