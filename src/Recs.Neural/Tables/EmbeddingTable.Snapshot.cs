using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Recs.Neural.Tables;

/// <content>Snapshots: a restored table goes on bit for bit as the one that wrote it.</content>
public sealed partial class EmbeddingTable
{
    const uint Magic = 0x31424D45;

    /// <summary>Writes everything: rows and their numbers, order of meetings, what admission remembers. O(rows).</summary>
    public byte[] ToSnapshot()
    {
        var output = new ArrayBufferWriter<byte>();
        Put(output, [Magic, (uint)Width, (uint)_options.RowsMax, (uint)_used, (uint)Count, (uint)_touched.Count]);
        Put(output, [Evicted, Expired, NotAdmitted]);
        for (var first = 0; first < _used; first += RowChunk.Rows)
        {
            var (chunk, rows) = (_chunks[first >> RowChunk.Shift], Math.Min(RowChunk.Rows, _used - first));
            Put<UInt128>(output, chunk.Keys.AsSpan(0, rows));
            Put<uint>(output, chunk.SeenAt.AsSpan(0, rows));
            Put<float>(output, chunk.Values.AsSpan(0, rows * Width));
        }

        Put<int>(output, [.. Rows()]);
        Put<int>(output, [.. FreeRows()]);
        Put<int>(output, CollectionsMarshal.AsSpan(_touched));
        _admission.Write(output);
        Put(output, [XxHash3.HashToUInt64(output.WrittenSpan)]);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a snapshot.</summary>
    /// <param name="snapshot">What <see cref="ToSnapshot"/> of a table of the same shape wrote.</param>
    /// <param name="options">Shape and limits.</param>
    /// <param name="admission">A new one of the same settings.</param>
    /// <exception cref="InvalidDataException">It is damaged or of another shape; the message says what.</exception>
    public static EmbeddingTable FromSnapshot(ReadOnlySpan<byte> snapshot, EmbeddingTableOptions options, IAdmission admission)
    {
        if (snapshot.Length < sizeof(ulong)
            || MemoryMarshal.Read<ulong>(snapshot[^sizeof(ulong)..]) != XxHash3.HashToUInt64(snapshot[..^sizeof(ulong)]))
        {
            throw new InvalidDataException("the snapshot of an embedding table is damaged: its checksum is another");
        }

        var rest = snapshot[..^sizeof(ulong)];
        var head = Take<uint>(ref rest, 6);
        if (head[0] != Magic || head[1] != options.Width || head[2] != options.RowsMax)
        {
            throw new InvalidDataException(
                $"the snapshot is of a table of {head[2]} rows of {head[1]} floats, not of {options.RowsMax} of {options.Width}");
        }

        var table = new EmbeddingTable(options, admission);
        table.Restore(ref rest, (int)head[3], (int)head[4], (int)head[5]);
        return table;
    }

    void Restore(ref ReadOnlySpan<byte> rest, int used, int count, int touched)
    {
        var counts = Take<long>(ref rest, 3);
        (Evicted, Expired, NotAdmitted) = (counts[0], counts[1], counts[2]);
        while (_used < used)
        {
            var (chunk, rows) = (new RowChunk(Width), Math.Min(RowChunk.Rows, used - _used));
            Take<UInt128>(ref rest, rows).CopyTo(chunk.Keys.AsSpan());
            Take<uint>(ref rest, rows).CopyTo(chunk.SeenAt.AsSpan());
            Take<float>(ref rest, rows * Width).CopyTo(chunk.Values.AsSpan());
            _chunks = [.. _chunks, chunk];
            _used += rows;
        }

        foreach (var row in Take<int>(ref rest, count))
        {
            while (!_index.TryAdd(_hashOf(row), row, _hashOf))
            {
                Grow();
            }

            Link(row);
        }

        Count = count;
        foreach (var row in Take<int>(ref rest, used - count).Reverse())
        {
            (ChunkOf(row).Older[Place(row)], _free) = (_free, row);
        }

        _touched.AddRange(Take<int>(ref rest, touched));
        foreach (var row in _touched)
        {
            ChunkOf(row).IsTouched[Place(row)] = true;
        }

        _admission.Read(ref rest);
    }

    IEnumerable<int> FreeRows()
    {
        for (var row = _free; row != None; row = ChunkOf(row).Older[Place(row)])
        {
            yield return row;
        }
    }

    static void Put<T>(ArrayBufferWriter<byte> output, ReadOnlySpan<T> values)
        where T : unmanaged => output.Write(MemoryMarshal.AsBytes(values));

    static T[] Take<T>(ref ReadOnlySpan<byte> input, int count)
        where T : unmanaged
    {
        var values = new T[count];
        var bytes = MemoryMarshal.AsBytes(values.AsSpan());
        input[..bytes.Length].CopyTo(bytes);
        input = input[bytes.Length..];
        return values;
    }
}
