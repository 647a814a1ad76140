using System.Buffers;

namespace Recs.Neural.Online;

/// <content>What serving copies take of it: the clusters' rows and the dense weights.</content>
public sealed partial class DenseModel
{
    const long TrunkPiece = 1L << 32;

    readonly List<int> _touched = [];

    /// <summary>Appends the clusters' rows written since the last call. O(rows written).</summary>
    /// <returns>How many.</returns>
    public int WriteTouched(IBufferWriter<byte> output)
    {
        _touched.Clear();
        Clusters.TakeTouched(_touched);
        ServedRows.Write(output, TableKind.Clusters, Clusters, _touched, _options.Width, _seconds);
        return _touched.Count;
    }

    /// <summary>Appends the dense weights, their confidence and the heads' sums. O(parameters).</summary>
    public void WriteTrunk(IBufferWriter<byte> output)
    {
        var bytes = new ArrayBufferWriter<byte>();
        ModelPage.Put<double>(bytes, _rewards);
        ModelPage.Put<float>(bytes, _network.Parameters);
        ModelPage.Put<float>(bytes, Confidence.Sums);
        ModelPage.Put<float>(bytes, LastLayer.Sums);
        ModelPage.Put(bytes, [_trainer.Steps]);
        ServedRows.WriteFrame(output, 0, bytes.WrittenCount, _seconds);
        output.Write(bytes.WrittenSpan);
    }

    /// <summary>Appends a piece of everything, for a copy that begins.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="page">0 for the first piece, then what the call before returned.</param>
    /// <param name="rowsMax">Most rows of a piece.</param>
    /// <returns>The next piece; −1 after the last.</returns>
    public long WritePiece(IBufferWriter<byte> output, long page, int rowsMax)
    {
        if (page == TrunkPiece)
        {
            WriteTrunk(output);
            return -1;
        }

        var next = ServedRows.WritePiece(output, TableKind.Clusters, Clusters, page, rowsMax, _options.Width, _seconds);
        return next < 0 ? TrunkPiece : next;
    }
}
