namespace Recs.Storage;

/// <summary>A message of the log's topic, or a line of one, that could not be taken.</summary>
/// <param name="Partition">The partition it came through.</param>
/// <param name="Offset">Offset of its row in the log: one more than the broker's own offset.</param>
/// <param name="Part">Line of its message, from 1; 0 is the whole message.</param>
/// <param name="At">Time of the message.</param>
/// <param name="Reason">Why, in one line.</param>
/// <param name="Payload">The part as it came, cut after <see cref="IDeadLetterStore.PayloadBytesMax"/>.</param>
public sealed record DeadLetter(int Partition, long Offset, int Part, DateTimeOffset At, string Reason, ReadOnlyMemory<byte> Payload);
