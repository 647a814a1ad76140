using System.Buffers;
using System.Buffers.Binary;

using Recs.Schema.Log;

namespace Recs.Schema.Messages;

/// <summary>
/// What an impression or a reward means to the linear policies: the arm and its whole context. 8 + 6·k bytes: k, kind,
/// reward (2), row (4), then cluster (4) and weight (2) of each active cluster.
/// </summary>
public static class LinearUpdate
{
    const int HeadBytes = 8;
    const int ClusterBytes = 6;

    /// <summary>Appends an update.</summary>
    public static void Write(IBufferWriter<byte> to, in FeedbackRecord record, int row, UpdateKind kind, ushort reward)
    {
        var count = record.ClusterCount;
        var length = HeadBytes + (count * ClusterBytes);
        var bytes = to.GetSpan(length);
        bytes[0] = (byte)count;
        bytes[1] = (byte)kind;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], reward);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], row);
        for (var k = 0; k < count; k++)
        {
            var (cluster, weight) = record.Cluster(k);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[(HeadBytes + (k * ClusterBytes))..], cluster);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[(HeadBytes + (k * ClusterBytes) + 4)..], weight);
        }

        to.Advance(length);
    }

    /// <summary>Reads the update at the front and moves behind it.</summary>
    /// <param name="from">Updates.</param>
    /// <param name="clusters">Receives the clusters, shape [≥ 255].</param>
    /// <param name="weights">Receives their weights, shape [≥ 255].</param>
    /// <returns>The row, what it is, its reward in units of 1/65535, and the number of clusters.</returns>
    public static (int Row, UpdateKind Kind, ushort Reward, int Count) Read(
        ref ReadOnlySpan<byte> from, scoped Span<int> clusters, scoped Span<ushort> weights)
    {
        int count = from[0];
        var read = (BinaryPrimitives.ReadInt32LittleEndian(from[4..]), (UpdateKind)from[1], BinaryPrimitives.ReadUInt16LittleEndian(from[2..]), count);
        for (var k = 0; k < count; k++)
        {
            clusters[k] = BinaryPrimitives.ReadInt32LittleEndian(from[(HeadBytes + (k * ClusterBytes))..]);
            weights[k] = BinaryPrimitives.ReadUInt16LittleEndian(from[(HeadBytes + (k * ClusterBytes) + 4)..]);
        }

        from = from[(HeadBytes + (count * ClusterBytes))..];
        return read;
    }
}
