using System.Buffers.Binary;
using System.Text;

using Recs.Schema.Decisions;

namespace Recs.Schema.Log;

/// <summary>One event as it stands in the log: a view over its bytes, read without allocation.</summary>
public readonly ref struct FeedbackRecord
{
    readonly ReadOnlySpan<byte> _bytes;

    internal FeedbackRecord(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>What happened.</summary>
    public EventType Type => (EventType)_bytes[3];

    /// <summary>Whether the record carries its decision.</summary>
    public bool HasDecision => Traits.HasFlag(RecordTraits.Decision);

    /// <summary>Whether the event says that its decision's slate was shown.</summary>
    public bool ImpliesImpression => Traits.HasFlag(RecordTraits.ImpliesImpression);

    /// <summary>Layout of the record, 1 or 2.</summary>
    public byte Version => _bytes[2];

    /// <summary>Reward · 65535, in [−65535, 65535].</summary>
    public int Reward => Traits.HasFlag(RecordTraits.Negative)
        ? -BinaryPrimitives.ReadUInt16LittleEndian(_bytes[6..])
        : BinaryPrimitives.ReadUInt16LittleEndian(_bytes[6..]);

    /// <summary>What being shown earns by itself, r · 65535; 0 where no type of event earns less than nothing.</summary>
    public ushort Base => Version == 1 ? (ushort)0 : BinaryPrimitives.ReadUInt16LittleEndian(_bytes[54..]);

    /// <summary>Tells custom types apart (<see cref="StableKeys.Signal"/>); 0 for the others and for records of version 1.</summary>
    public ushort Signal => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[52..]);

    /// <summary>The event's own number.</summary>
    public float Value => BinaryPrimitives.ReadSingleLittleEndian(_bytes[8..]);

    /// <summary>When it happened, in Unix milliseconds.</summary>
    public long AtMs => BinaryPrimitives.ReadInt64LittleEndian(_bytes[12..]);

    /// <summary>Hash of the caller's event id, zero when there is none.</summary>
    public UInt128 Key => BinaryPrimitives.ReadUInt128LittleEndian(_bytes[20..]);

    /// <summary>Hash of the viewer's id; empty for an anonymous viewer.</summary>
    public Guid Viewer => new(_bytes.Slice(36, 16));

    /// <summary>Catalogue row of the item of an event without a decision.</summary>
    public int Row => BinaryPrimitives.ReadInt32LittleEndian(Body);

    /// <summary>Number that identifies the decision.</summary>
    public ulong Nonce => BinaryPrimitives.ReadUInt64LittleEndian(Body);

    /// <summary>When it was decided, in Unix milliseconds.</summary>
    public long DecidedAtMs => BinaryPrimitives.ReadInt64LittleEndian(Body[8..]);

    /// <summary>Version of the graph that nominated.</summary>
    public uint Graph => BinaryPrimitives.ReadUInt32LittleEndian(Body[16..]);

    /// <summary>Intercept of the prior at the time of the decision.</summary>
    public float PriorIntercept => BinaryPrimitives.ReadSingleLittleEndian(Body[20..]);

    /// <summary>Slope of the prior at the time of the decision.</summary>
    public float PriorSlope => BinaryPrimitives.ReadSingleLittleEndian(Body[24..]);

    /// <summary>Number of the policy that decided.</summary>
    public byte Policy => Body[28];

    /// <summary>Where the slate was shown.</summary>
    public string Surface => Encoding.UTF8.GetString(Body.Slice(FeedbackWriter.DecisionBytes, Body[30]));

    /// <summary>Number of active clusters, at most 16.</summary>
    public int ClusterCount => Body[29];

    /// <summary>Number of items the record carries: the one it is about, or the whole slate.</summary>
    public int ItemCount => Body[31];

    /// <summary>Index among the record's items of the one that the event is about, −1 for all of them.</summary>
    public int Subject => _bytes[5] == FeedbackWriter.WholeSlate ? -1 : _bytes[5];

    RecordTraits Traits => (RecordTraits)_bytes[4];

    ReadOnlySpan<byte> Body => _bytes[HeadBytes..];

    int HeadBytes => Version == 1 ? FeedbackWriter.FirstHeadBytes : FeedbackWriter.HeadBytes;

    ReadOnlySpan<byte> ClusterBytes => Body[(FeedbackWriter.DecisionBytes + Body[30])..];

    /// <summary>Active cluster k of the context.</summary>
    public ClusterWeight Cluster(int k)
    {
        var bytes = ClusterBytes[(k * FeedbackWriter.ClusterBytes)..];
        return new ClusterWeight(
            BinaryPrimitives.ReadInt32LittleEndian(bytes),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]));
    }

    /// <summary>Item of the record at an index in [0, <see cref="ItemCount"/>).</summary>
    public DecidedItem Item(int index)
    {
        var bytes = ItemAt(index);
        var word = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        return new DecidedItem(
            DecidedItem.RowOf(word),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadSingleLittleEndian(bytes[6..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]),
            DecidedItem.SourceOf(word));
    }

    /// <summary>Position in the slate of the item at an index.</summary>
    public int Position(int index) => ItemAt(index)[12];

    /// <summary>Whether the bytes are a whole record of a known version.</summary>
    internal bool IsSound()
    {
        if (_bytes.Length < FeedbackWriter.FirstHeadBytes + sizeof(int) || Version is not (1 or FeedbackWriter.Version)
            || _bytes.Length < HeadBytes + sizeof(int))
        {
            return false;
        }

        if (!HasDecision)
        {
            return true;
        }

        return Body.Length >= FeedbackWriter.DecisionBytes
            && Body.Length == FeedbackWriter.DecisionBytes + Body[30]
                + (ClusterCount * FeedbackWriter.ClusterBytes) + (ItemCount * FeedbackWriter.ItemBytes)
            && Subject < ItemCount;
    }

    ReadOnlySpan<byte> ItemAt(int index) =>
        ClusterBytes[((ClusterCount * FeedbackWriter.ClusterBytes) + (index * FeedbackWriter.ItemBytes))..];
}
