using System.Buffers;
using System.Buffers.Binary;

using Recs.Schema.Decisions;
using Recs.Schema.Log;

namespace Recs.Schema.Messages;

/// <summary>
/// What an impression or a reward means to the neural model: viewer, item and the whole context. 38 + 6·k bytes: k, kind, type of
/// event, 1 for a reward that adds to an earlier one, reward (2), prior (2), matched (2), row (4), lot (4), seconds of the decision (4), viewer (16), then cluster (4) and
/// weight (2) of each active cluster.
/// </summary>
public readonly ref struct NeuralUpdate
{
    const int HeadBytes = 38;
    const int ClusterBytes = 6;

    readonly ReadOnlySpan<byte> _bytes;

    NeuralUpdate(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Number of active clusters.</summary>
    public int ClusterCount => _bytes[0];

    /// <summary>Impression, reward, penalty, or that the viewer is to be forgotten.</summary>
    public UpdateKind Kind => (UpdateKind)_bytes[1];

    /// <summary>The event.</summary>
    public EventType Type => (EventType)_bytes[2];

    /// <summary>Whether the impression, or the signal that is rewarded, has had a reward before.</summary>
    public bool IsContinued => _bytes[3] != 0;

    /// <summary>Magnitude of the reward · 65535.</summary>
    public ushort Reward => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[4..]);

    /// <summary>π · 65535.</summary>
    public ushort Prior => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[6..]);

    /// <summary>Bit k is set when cluster k had an edge to the item.</summary>
    public ushort Matched => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[8..]);

    /// <summary>Catalogue row of the item.</summary>
    public int Row => BinaryPrimitives.ReadInt32LittleEndian(_bytes[10..]);

    /// <summary>32 bits that an impression shares with its rewards, uniform otherwise.</summary>
    public uint Lot => BinaryPrimitives.ReadUInt32LittleEndian(_bytes[14..]);

    /// <summary>When it was decided, in Unix seconds.</summary>
    public uint Seconds => BinaryPrimitives.ReadUInt32LittleEndian(_bytes[18..]);

    /// <summary>Hash of the viewer's id; zero for an anonymous viewer.</summary>
    public UInt128 Viewer => BinaryPrimitives.ReadUInt128LittleEndian(_bytes[22..]);

    /// <summary>Active cluster k of the context.</summary>
    public ClusterWeight Cluster(int k)
    {
        var bytes = _bytes[(HeadBytes + (k * ClusterBytes))..];
        return new ClusterWeight(BinaryPrimitives.ReadInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]));
    }

    /// <summary>Appends an update.</summary>
    public static void Write(
        IBufferWriter<byte> to, in FeedbackRecord record, in DecidedItem item, UpdateKind kind, in RewardStep step)
    {
        var count = record.ClusterCount;
        var length = HeadBytes + (count * ClusterBytes);
        var bytes = to.GetSpan(length);
        (bytes[0], bytes[1], bytes[2], bytes[3]) = ((byte)count, (byte)kind, (byte)step.Type, step.Before != 0 || step.IsBase ? (byte)1 : (byte)0);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], (ushort)Math.Abs(step.Delta));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], item.Prior);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[8..], item.Matched);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[10..], item.Row);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[14..], LotOf(record.Nonce, item.Row));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[18..], (uint)Math.Clamp(record.DecidedAtMs / 1000, 0, uint.MaxValue));
        record.Viewer.TryWriteBytes(bytes[22..]);
        for (var k = 0; k < count; k++)
        {
            var (cluster, weight) = record.Cluster(k);
            var at = bytes[(HeadBytes + (k * ClusterBytes))..];
            BinaryPrimitives.WriteInt32LittleEndian(at, cluster);
            BinaryPrimitives.WriteUInt16LittleEndian(at[4..], weight);
        }

        to.Advance(length);
    }

    /// <summary>Appends that a viewer is to be forgotten: an update without clusters, of which only the viewer matters.</summary>
    public static void WriteForgotten(IBufferWriter<byte> to, Guid viewer)
    {
        var bytes = to.GetSpan(HeadBytes)[..HeadBytes];
        bytes.Clear();
        (bytes[1], bytes[2]) = ((byte)UpdateKind.Forget, (byte)EventType.Forget);
        viewer.TryWriteBytes(bytes[22..]);
        to.Advance(HeadBytes);
    }

    /// <summary>Reads the update at the front and moves behind it.</summary>
    public static NeuralUpdate Read(ref ReadOnlySpan<byte> from)
    {
        var length = HeadBytes + (from[0] * ClusterBytes);
        var update = new NeuralUpdate(from[..length]);
        from = from[length..];
        return update;
    }

    static uint LotOf(ulong nonce, int row)
    {
        var mixed = (nonce ^ ((ulong)(uint)row * 0x9E3779B97F4A7C15)) * 0xFF51AFD7ED558CCD;
        return (uint)((mixed ^ (mixed >> 33)) * 0xC4CEB9FE1A85EC53 >> 32);
    }
}
