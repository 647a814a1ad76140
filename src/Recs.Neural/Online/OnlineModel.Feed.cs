using System.Buffers;
using System.Runtime.InteropServices;

namespace Recs.Neural.Online;

/// <content>
/// What serving copies take: frames of 12 bytes (table or 0 for the dense weights, rows or bytes, seconds) and what they count.
/// A row is its id and its embedding without the optimiser's numbers; states are absolute, so taking them twice does no harm.
/// </content>
public sealed partial class OnlineModel
{
    internal const int FrameBytes = 12;

    internal static readonly TableKind[] Served = [TableKind.Clusters, TableKind.Items, TableKind.Viewers];

    readonly List<int> _touched = [];

    /// <summary>Appends the rows written since the last call. O(rows written).</summary>
    /// <returns>How many.</returns>
    public int WriteTouched(IBufferWriter<byte> output)
    {
        var count = 0;
        foreach (var kind in Served)
        {
            _touched.Clear();
            TableOf(kind).TakeTouched(_touched);
            WriteRows(output, kind, _touched);
            count += _touched.Count;
        }

        // Edges are served from their own tables: nobody waits for these.
        _touched.Clear();
        _edges.Table.TakeTouched(_touched);
        return count;
    }

    /// <summary>Appends the dense weights, their confidence and the heads' sums. O(parameters).</summary>
    public void WriteTrunk(IBufferWriter<byte> output)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Put<double>(bytes, _rewards);
        Put<float>(bytes, _network.Parameters);
        Put<float>(bytes, Confidence.Sums);
        Put<float>(bytes, LastLayer.Sums);
        Put(bytes, [_trainer.Steps]);
        WriteFrame(output, 0, bytes.WrittenCount);
        output.Write(bytes.WrittenSpan);
    }

    /// <summary>Appends a piece of everything, for a copy that begins.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="page">0 for the first piece, then what the call before returned.</param>
    /// <param name="rowsMax">Most rows of a piece.</param>
    /// <returns>The next piece; −1 after the last.</returns>
    public long WritePiece(IBufferWriter<byte> output, long page, int rowsMax)
    {
        var (turn, first) = ((int)(page >> 32), (int)(page & uint.MaxValue));
        if (turn == Served.Length)
        {
            WriteTrunk(output);
            return -1;
        }

        var table = TableOf(Served[turn]);
        var last = Math.Min(first + rowsMax, table.Rows);
        List<int> rows = [];
        for (var row = first; row < last; row++)
        {
            if (table.KeyOf(row) != UInt128.Zero)
            {
                rows.Add(row);
            }
        }

        WriteRows(output, Served[turn], rows);
        return last < table.Rows ? ((long)turn << 32) | (uint)last : (long)(turn + 1) << 32;
    }

    void WriteRows(IBufferWriter<byte> output, TableKind kind, List<int> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        WriteFrame(output, (int)kind, rows.Count);
        var table = TableOf(kind);
        foreach (var row in rows)
        {
            var key = table.KeyOf(row);
            output.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in key)));
            output.Write(MemoryMarshal.AsBytes(table.Row(row)[.._options.Width]));
        }
    }

    void WriteFrame(IBufferWriter<byte> output, int kind, int count)
    {
        Span<int> frame = [kind, count, (int)_seconds];
        output.Write(MemoryMarshal.AsBytes(frame));
    }
}
