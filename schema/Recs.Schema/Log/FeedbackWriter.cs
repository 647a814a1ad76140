using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;

using Recs.Schema.Decisions;

namespace Recs.Schema.Log;

/// <summary>Appends events to a log payload. The layout stands in <c>schema/README.md</c>.</summary>
/// <remarks>Records frame themselves, so payloads can be concatenated.</remarks>
public static class FeedbackWriter
{
    /// <summary>Version of the record layout this code writes.</summary>
    public const byte Version = 2;

    /// <summary>Bytes of a record's fixed head, its length prefix included.</summary>
    public const int HeadBytes = 56;

    /// <summary>Bytes of the head of a record of version 1, which is still read.</summary>
    public const int FirstHeadBytes = 54;

    /// <summary>Bytes of the fixed part of the decision that follows the head.</summary>
    public const int DecisionBytes = 32;

    /// <summary>Bytes of one cluster of the context.</summary>
    public const int ClusterBytes = 6;

    /// <summary>Bytes of one item of the slate.</summary>
    public const int ItemBytes = 13;

    /// <summary>Most bytes one record can have.</summary>
    public const int BytesMax = HeadBytes + DecisionBytes + Decision.SurfaceBytesMax
        + (Decision.ClustersMax * ClusterBytes) + (Decision.ItemsMax * ItemBytes);

    /// <summary>Position that stands for the whole slate.</summary>
    public const byte WholeSlate = 255;

    /// <summary>Writes one event.</summary>
    public static void Write(in LoggedEvent logged, IBufferWriter<byte> output)
    {
        var buffer = output.GetSpan(BytesMax);
        var length = logged.Decision is null
            ? WriteHistory(logged, buffer)
            : WriteDecision(logged, logged.Decision, buffer);
        WriteHead(logged, buffer, length);
        output.Advance(length);
    }

    static void WriteHead(in LoggedEvent logged, Span<byte> buffer, int length)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(buffer, (ushort)(length - sizeof(ushort)));
        buffer[2] = Version;
        buffer[3] = (byte)logged.Type;
        buffer[4] = (byte)((logged.Decision is null ? RecordTraits.None : RecordTraits.Decision)
            | (logged.ImpliesImpression ? RecordTraits.ImpliesImpression : RecordTraits.None)
            | (logged.Reward < 0 ? RecordTraits.Negative : RecordTraits.None));
        BinaryPrimitives.WriteUInt16LittleEndian(buffer[6..], (ushort)Math.Min(Math.Abs(logged.Reward), Quantised.One));
        BinaryPrimitives.WriteSingleLittleEndian(buffer[8..], logged.Value);
        BinaryPrimitives.WriteInt64LittleEndian(buffer[12..], logged.At.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteUInt128LittleEndian(buffer[20..], logged.Key);
        logged.Viewer.TryWriteBytes(buffer[36..]);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer[52..], logged.Signal);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer[54..], logged.Base);
    }

    static int WriteHistory(in LoggedEvent logged, Span<byte> buffer)
    {
        buffer[5] = WholeSlate;
        BinaryPrimitives.WriteInt32LittleEndian(buffer[HeadBytes..], logged.Row);
        return HeadBytes + sizeof(int);
    }

    static int WriteDecision(in LoggedEvent logged, Decision decision, Span<byte> buffer)
    {
        Debug.Assert(logged.Position < decision.Items.Length, "the position was checked at the door");
        var whole = logged.Position < 0 || logged.ImpliesImpression;
        buffer[5] = logged.Position < 0 ? WholeSlate : whole ? (byte)logged.Position : (byte)0;
        var body = buffer[HeadBytes..];
        BinaryPrimitives.WriteUInt64LittleEndian(body, decision.Nonce);
        BinaryPrimitives.WriteInt64LittleEndian(body[8..], decision.At.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteUInt32LittleEndian(body[16..], decision.Graph);
        BinaryPrimitives.WriteSingleLittleEndian(body[20..], decision.PriorIntercept);
        BinaryPrimitives.WriteSingleLittleEndian(body[24..], decision.PriorSlope);
        body[28] = decision.Policy;
        body[29] = (byte)decision.Clusters.Length;
        body[30] = (byte)Encoding.UTF8.GetBytes(decision.Surface, body.Slice(DecisionBytes, Decision.SurfaceBytesMax));
        body[31] = whole ? (byte)decision.Items.Length : (byte)1;
        var at = DecisionBytes + body[30];
        foreach (var (cluster, weight) in decision.Clusters)
        {
            BinaryPrimitives.WriteInt32LittleEndian(body[at..], cluster);
            BinaryPrimitives.WriteUInt16LittleEndian(body[(at + 4)..], weight);
            at += ClusterBytes;
        }

        var first = whole ? 0 : logged.Position;
        var last = whole ? decision.Items.Length - 1 : logged.Position;
        for (var position = first; position <= last; position++, at += ItemBytes)
        {
            WriteItem(decision.Items[position], position, body[at..]);
        }

        return HeadBytes + at;
    }

    static void WriteItem(in DecidedItem item, int position, Span<byte> buffer)
    {
        BinaryPrimitives.WriteInt32LittleEndian(buffer, item.Word);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer[4..], item.Prior);
        BinaryPrimitives.WriteSingleLittleEndian(buffer[6..], item.Propensity);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer[10..], item.Matched);
        buffer[12] = (byte)position;
    }
}
