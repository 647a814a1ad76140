using System.Buffers;
using System.Runtime.InteropServices;

using Recs.Neural.Tables;

namespace Recs.Neural.Online;

/// <summary>
/// Ids of stored pages: the table in the upper 16 bits (none for what belongs to no row), then 16 bits of who has it (0 the dense
/// model, 1 + n row shard n of all, viewers' first), then the table's own page. And fields of a page that is no table's.
/// </summary>
public static class ModelPage
{
    const int TableShift = 48;
    const int OwnerShift = 32;

    /// <summary>The page of a table's rows.</summary>
    public static long Of(TableKind kind, int owner, int page) => ((long)kind << TableShift) | HeadOf(owner) | (uint)page;

    /// <summary>The page of what belongs to no row.</summary>
    public static long HeadOf(int owner) => (long)owner << OwnerShift;

    /// <summary>Whose a page is.</summary>
    public static int OwnerOf(long page) => (int)(page >> OwnerShift) & ushort.MaxValue;

    /// <summary>The table a page is of.</summary>
    public static TableKind TableOf(long page) => (TableKind)(page >> TableShift);

    /// <summary>The page's number within its table.</summary>
    public static int NumberOf(long page) => (int)page;

    /// <summary>Appends the pages of a table that changed.</summary>
    internal static void AddChanged(List<(long Id, byte[] Payload)> changed, TableKind kind, EmbeddingTable table, int owner)
    {
        List<int> pages = [];
        table.TakeChangedPages(pages);
        changed.AddRange(pages.Select(page => (Of(kind, owner, page), table.PageOf(page))));
    }

    /// <summary>The pages of one table among those of a model.</summary>
    internal static IEnumerable<(int Page, ReadOnlyMemory<byte> Payload)> Rows(
        IEnumerable<(long Id, ReadOnlyMemory<byte> Payload)> pages, TableKind kind) =>
        pages.Where(page => TableOf(page.Id) == kind).Select(page => (NumberOf(page.Id), page.Payload));

    /// <summary>Appends a field: its length in bytes and its values.</summary>
    internal static void Put<T>(ArrayBufferWriter<byte> output, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        MemoryMarshal.Write(output.GetSpan(sizeof(int)), bytes.Length);
        output.Advance(sizeof(int));
        output.Write(bytes);
    }

    /// <summary>Reads a field and moves behind it.</summary>
    /// <exception cref="InvalidDataException">The page ends before it.</exception>
    internal static T[] Take<T>(ref ReadOnlySpan<byte> input)
        where T : unmanaged
    {
        if (input.Length < sizeof(int) || MemoryMarshal.Read<int>(input) is var length && (uint)length > input.Length - sizeof(int))
        {
            throw new InvalidDataException("the stored model is cut off");
        }

        var values = MemoryMarshal.Cast<byte, T>(input.Slice(sizeof(int), length)).ToArray();
        input = input[(sizeof(int) + length)..];
        return values;
    }
}
