namespace Recs.Storage.Kafka;

/// <summary>What a decoder made of a message.</summary>
/// <param name="Payload">Records in the log's binary form, one after the other; empty when nothing was acceptable.</param>
/// <param name="Count">Records in <paramref name="Payload"/>.</param>
/// <param name="Rejected">What was not acceptable, for the dead letters.</param>
public sealed record DecodedMessage(ReadOnlyMemory<byte> Payload, int Count, IReadOnlyList<RejectedPart> Rejected)
{
    /// <summary>A message refused as a whole.</summary>
    public static DecodedMessage Refused(string reason, ReadOnlyMemory<byte> bytes) =>
        new(ReadOnlyMemory<byte>.Empty, 0, [new RejectedPart(reason, bytes)]);
}
