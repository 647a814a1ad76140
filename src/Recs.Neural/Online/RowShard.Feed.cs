using System.Buffers;

namespace Recs.Neural.Online;

/// <content>What serving copies take of it: embeddings, not the sums of edges, which are served from their own tables.</content>
public sealed partial class RowShard
{
    readonly List<int> _touched = [];

    /// <summary>Appends who was forgotten and the embeddings written since the last call. O(rows written).</summary>
    /// <returns>How many of both.</returns>
    public int WriteTouched(IBufferWriter<byte> output)
    {
        _touched.Clear();
        _tables[0].TakeTouched(_touched);
        ServedRows.WriteForgotten(output, _kinds[0], _forgotten);
        ServedRows.Write(output, _kinds[0], _tables[0], _touched, _options.Width, _seconds);
        var count = _forgotten.Count + _touched.Count;
        _forgotten.Clear();
        foreach (var table in _tables.AsSpan(1))
        {
            _touched.Clear();
            table.TakeTouched(_touched);
        }

        return count;
    }

    /// <summary>Appends a piece of every embedding, for a copy that begins.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="page">0 for the first piece, then what the call before returned.</param>
    /// <param name="rowsMax">Most rows of a piece.</param>
    /// <returns>The next piece; −1 after the last.</returns>
    public long WritePiece(IBufferWriter<byte> output, long page, int rowsMax) =>
        ServedRows.WritePiece(output, _kinds[0], _tables[0], page, rowsMax, _options.Width, _seconds);
}
