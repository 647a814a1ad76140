namespace Recs.Storage.Kafka;

/// <summary>A message, or a line of one, that cannot become records.</summary>
/// <param name="Reason">Why, in one line.</param>
/// <param name="Bytes">The part as it came.</param>
public readonly record struct RejectedPart(string Reason, ReadOnlyMemory<byte> Bytes);
