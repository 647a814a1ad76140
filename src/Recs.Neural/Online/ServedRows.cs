using System.Buffers;
using System.Runtime.InteropServices;

using Recs.Neural.Tables;

namespace Recs.Neural.Online;

/// <summary>
/// What serving copies take: frames of 12 bytes (table or 0 for the dense weights, rows or bytes, seconds) and what they count;
/// a negative table counts ids that were forgotten. A row is its id and its embedding without the optimiser's numbers; states are
/// absolute, so taking them twice does no harm.
/// </summary>
static class ServedRows
{
    /// <summary>Bytes of a frame.</summary>
    public const int FrameBytes = 12;

    /// <summary>Appends a frame.</summary>
    public static void WriteFrame(IBufferWriter<byte> output, int kind, int count, uint seconds)
    {
        Span<int> frame = [kind, count, (int)seconds];
        output.Write(MemoryMarshal.AsBytes(frame));
    }

    /// <summary>Appends ids that have no row any more; nothing for none.</summary>
    public static void WriteForgotten(IBufferWriter<byte> output, TableKind kind, List<UInt128> keys)
    {
        if (keys.Count > 0)
        {
            WriteFrame(output, -(int)kind, keys.Count, 0);
            output.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(keys)));
        }
    }

    /// <summary>Appends rows of a table; nothing for none.</summary>
    /// <param name="output">Receives them.</param>
    /// <param name="kind">The table's kind.</param>
    /// <param name="table">The table.</param>
    /// <param name="rows">Rows of it that have an id.</param>
    /// <param name="width">E.</param>
    /// <param name="seconds">The model's time.</param>
    public static void Write(IBufferWriter<byte> output, TableKind kind, EmbeddingTable table, List<int> rows, int width, uint seconds)
    {
        if (rows.Count == 0)
        {
            return;
        }

        WriteFrame(output, (int)kind, rows.Count, seconds);
        foreach (var row in rows)
        {
            var key = table.KeyOf(row);
            output.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in key)));
            output.Write(MemoryMarshal.AsBytes(table.Row(row)[..width]));
        }
    }

    /// <summary>Appends a piece of a table, from one row number on.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="kind">The table's kind.</param>
    /// <param name="table">The table.</param>
    /// <param name="first">The first row of the piece.</param>
    /// <param name="rowsMax">Most rows of it.</param>
    /// <param name="width">E.</param>
    /// <param name="seconds">The model's time.</param>
    /// <returns>The first row of the next piece; −1 after the last.</returns>
    public static long WritePiece(IBufferWriter<byte> output, TableKind kind, EmbeddingTable table, long first, int rowsMax, int width, uint seconds)
    {
        var last = (int)Math.Min(first + rowsMax, table.Rows);
        List<int> rows = [.. Enumerable.Range((int)first, Math.Max(0, last - (int)first)).Where(row => table.KeyOf(row) != UInt128.Zero)];
        Write(output, kind, table, rows, width, seconds);
        return last < table.Rows ? last : -1;
    }
}
