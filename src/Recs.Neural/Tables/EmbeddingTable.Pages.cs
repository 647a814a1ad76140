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
    public void TakeChangedPages(List<int> pages)
    {
        for (var chunk = 0; chunk < _chunks.Length; chunk++)
        {
            var words = _chunks[chunk].ChangedPages;
            for (var word = 0; word < words.Length; word++)
            {
                for (var bits = words[word]; bits != 0; bits &= bits - 1)
                {
                    pages.Add(((chunk << RowChunk.Shift) / RowsPerPage) + (word * 64) + BitOperations.TrailingZeroCount(bits));
                }

                words[word] = 0;
            }
        }
    }

    /// <summary>Notes a page as changed, after storing it failed.</summary>
    public void MarkPage(int page) => MarkChanged(page * RowsPerPage);

    /// <summary>The rows of a page: ids, times, order of meetings, numbers.</summary>
    public byte[] PageOf(int page)
    {
        var (first, output) = (page * RowsPerPage, new ArrayBufferWriter<byte>(PageBytes));
        var (chunk, place) = (ChunkOf(first), Place(first));
        Put<UInt128>(output, chunk.Keys.AsSpan(place, RowsPerPage));
        Put<uint>(output, chunk.SeenAt.AsSpan(place, RowsPerPage));
        Put<uint>(output, chunk.Meetings.AsSpan(place, RowsPerPage));
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

    void Restore(int used, IEnumerable<(int Page, ReadOnlyMemory<byte> Payload)> pages)
    {
        for (_used = used; _chunks.Length * RowChunk.Rows < used;)
        {
            _chunks = [.. _chunks, new RowChunk(Width)];
        }

        foreach (var (page, payload) in pages)
        {
            var first = page * RowsPerPage;
            var rest = payload.Span;
            if (first < used && rest.Length == PageBytes)
            {
                var (chunk, place) = (ChunkOf(first), Place(first));
                Take<UInt128>(ref rest, RowsPerPage).CopyTo(chunk.Keys.AsSpan(place));
                Take<uint>(ref rest, RowsPerPage).CopyTo(chunk.SeenAt.AsSpan(place));
                Take<uint>(ref rest, RowsPerPage).CopyTo(chunk.Meetings.AsSpan(place));
                Take<float>(ref rest, RowsPerPage * Width).CopyTo(chunk.Values.AsSpan(place * Width));
            }
        }

        Link();
    }

    /// <summary>Index, order and free rows from what the rows say.</summary>
    void Link()
    {
        List<int> rows = [];
        for (var row = _used - 1; row >= 0; row--)
        {
            if (KeyOf(row) == UInt128.Zero)
            {
                (ChunkOf(row).Older[Place(row)], _free) = (_free, row);
            }
            else
            {
                rows.Add(row);
            }
        }

        // Meetings are numbered modulo 2^32: their distance tells which came first.
        rows.Sort((left, right) => SeenAt(left) != SeenAt(right)
            ? SeenAt(left).CompareTo(SeenAt(right))
            : ((int)(MeetingOf(left) - MeetingOf(right))).CompareTo(0));
        foreach (var row in rows)
        {
            while (!_index.TryAdd(_hashOf(row), row, _hashOf))
            {
                Grow();
            }

            Link(row);
            Count++;
        }

        for (; Count > _options.RowsMax; Evicted++)
        {
            Free(_oldest);
        }

        uint SeenAt(int row) => ChunkOf(row).SeenAt[Place(row)];
        uint MeetingOf(int row) => ChunkOf(row).Meetings[Place(row)];
    }

    void MarkChanged(int row)
    {
        var page = Place(row) / RowsPerPage;
        ChunkOf(row).ChangedPages[page / 64] |= 1UL << (page % 64);
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
