using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Recs.Neural.Tables;

/// <content>Pages to store: what has changed since the last look, and a table from all of them that goes on bit for bit.</content>
public sealed partial class EmbeddingTable
{
    /// <summary>Rows of a page.</summary>
    public const int RowsPerPage = 16;

    const uint Magic = 0x32424D45;

    /// <summary>Bytes of a page.</summary>
    public int PageBytes => RowsPerPage * (16 + (2 * sizeof(uint)) + (Width * sizeof(float)));

    /// <summary>Pages with a row that was written, met or freed since the last call.</summary>
    /// <param name="pages">Receives them.</param>
    /// <remarks>O(rows/1024), no allocation.</remarks>
    public unsafe void TakeChangedPages(List<int> pages)
    {
        for (var chunk = 0; chunk < _chunks.Length; chunk++)
        {
            for (var word = 0; word < RowChunk.PageWords; word++)
            {
                ref var changed = ref _chunks[chunk].ChangedPages[word];
                for (; changed != 0; changed &= changed - 1)
                {
                    pages.Add(((chunk << RowChunk.Shift) / RowsPerPage) + (word * 64) + BitOperations.TrailingZeroCount(changed));
                }
            }
        }
    }

    /// <summary>Notes a page as changed, after storing it failed.</summary>
    public void MarkPage(int page) => MarkChanged(page * RowsPerPage);

    /// <summary>The rows of a page: ids, times, order of meetings, numbers.</summary>
    public unsafe byte[] PageOf(int page)
    {
        var (first, output) = (page * RowsPerPage, new ArrayBufferWriter<byte>(PageBytes));
        var (chunk, place) = (ChunkOf(first), Place(first));
        Span<uint> times = stackalloc uint[2 * RowsPerPage];
        for (var row = 0; row < RowsPerPage; row++)
        {
            var met = chunk.Met[place + row];
            (times[row], times[RowsPerPage + row]) = ((uint)(met >> 32), (uint)met);
        }

        Put(output, new ReadOnlySpan<UInt128>(chunk.Keys + place, RowsPerPage));
        Put<uint>(output, times);
        Put<float>(output, chunk.Values.AsSpan(place * Width, RowsPerPage * Width));
        return output.WrittenSpan.ToArray();
    }

    /// <summary>What belongs to no row: shape, counts, what admission remembers. It changes with every meeting.</summary>
    public byte[] HeadPage()
    {
        var output = new ArrayBufferWriter<byte>();
        Put(output, [Magic, (uint)Width, (uint)_used, _meetings]);
        Put(output, [Evicted, Expired, NotAdmitted]);
        _admission.Write(output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Builds a table from stored pages.</summary>
    /// <param name="head">What <see cref="HeadPage"/> gave last.</param>
    /// <param name="pages">Every page stored since the table was empty, in any order; those past its rows are left out.</param>
    /// <param name="options">Of the same width. If it holds fewer rows than are stored, the oldest are evicted.</param>
    /// <param name="admission">A new one of the same settings.</param>
    /// <exception cref="InvalidDataException">It is of another shape; the message says what.</exception>
    public static EmbeddingTable FromPages(
        ReadOnlySpan<byte> head, IEnumerable<(int Page, ReadOnlyMemory<byte> Payload)> pages, EmbeddingTableOptions options, IAdmission admission)
    {
        var shape = Take<uint>(ref head, 4);
        if (shape[0] != Magic || shape[1] != options.Width)
        {
            throw new InvalidDataException($"the stored table has rows of {shape[1]} floats, not of {options.Width}");
        }

        var table = new EmbeddingTable(options, admission);
        var counts = Take<long>(ref head, 3);
        (table.Evicted, table.Expired, table.NotAdmitted, table._meetings) = (counts[0], counts[1], counts[2], shape[3]);
        admission.Read(ref head);
        table.Restore((int)shape[2], pages);
        return table;
    }

    unsafe void Restore(int used, IEnumerable<(int Page, ReadOnlyMemory<byte> Payload)> pages)
    {
        for (_used = used; _chunks.Length * RowChunk.Rows < used;)
        {
            _chunks = [.. _chunks, new RowChunk(Width)];
        }

        foreach (var (page, payload) in pages)
        {
            if (page < (used + RowsPerPage - 1) / RowsPerPage && payload.Length == PageBytes)
            {
                Restore(page * RowsPerPage, payload.Span);
            }
        }

        for (var row = 0; row < used; row++)
        {
            if (KeyOf(row) != UInt128.Zero)
            {
                ChunkOf(row).Free.Remove(Place(row));
                _seconds = Math.Max(_seconds, (uint)(ChunkOf(row).Met[Place(row)] >> 32));
                Count++;
            }
        }

        Index(CuckooIndex.BucketsFor(Math.Max(Count, 1)));
        for (; Count > _options.RowsMax; Evicted++)
        {
            Free(Oldest());
        }
    }

    unsafe void Restore(int first, ReadOnlySpan<byte> page)
    {
        var (chunk, place) = (ChunkOf(first), Place(first));
        Take<UInt128>(ref page, RowsPerPage).CopyTo(new Span<UInt128>(chunk.Keys + place, RowsPerPage));
        var (seconds, meetings) = (Take<uint>(ref page, RowsPerPage), Take<uint>(ref page, RowsPerPage));
        for (var row = 0; row < RowsPerPage; row++)
        {
            chunk.Met[place + row] = ((ulong)seconds[row] << 32) | meetings[row];
        }

        Take<float>(ref page, RowsPerPage * Width).CopyTo(chunk.Values.AsSpan(place * Width));
    }

    unsafe void MarkChanged(int row)
    {
        var page = Place(row) / RowsPerPage;
        ChunkOf(row).ChangedPages[page / 64] |= 1UL << page;
    }

    static void Put<T>(ArrayBufferWriter<byte> output, ReadOnlySpan<T> values)
        where T : unmanaged => output.Write(MemoryMarshal.AsBytes(values));

    static T[] Take<T>(ref ReadOnlySpan<byte> input, int count)
        where T : unmanaged
    {
        var values = new T[count];
        var bytes = MemoryMarshal.AsBytes(values.AsSpan());
        if (input.Length < bytes.Length)
        {
            throw new InvalidDataException("a page of the stored table is cut off");
        }

        input[..bytes.Length].CopyTo(bytes);
        input = input[bytes.Length..];
        return values;
    }
}
