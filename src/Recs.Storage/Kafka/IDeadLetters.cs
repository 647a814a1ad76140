namespace Recs.Storage.Kafka;

/// <summary>Keeps what external producers sent and nobody can read. Safe for any number of callers at once.</summary>
public interface IDeadLetters
{
    /// <summary>Keeps a part of a message.</summary>
    /// <remarks>
    /// An opened log hands over every part once. After a restart rows are read again and so are handed over again: who
    /// wants each once for ever recognises it by partition, offset and bytes. A sink that fails holds up its partition,
    /// because a part that was not kept would be lost.
    /// </remarks>
    /// <param name="partition">Its partition.</param>
    /// <param name="offset">Offset of its row in the log: one more than the broker's own offset.</param>
    /// <param name="reason">Why, in one line.</param>
    /// <param name="bytes">The part as it came.</param>
    /// <param name="cancel">Gives up.</param>
    ValueTask AddAsync(int partition, long offset, string reason, ReadOnlyMemory<byte> bytes, CancellationToken cancel);
}
