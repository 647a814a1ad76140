namespace Recs.Storage;

/// <summary>
/// The append-only, partitioned log of feedback: the truth from which all learned statistics can be recomputed. Safe for
/// any number of callers at once.
/// </summary>
public interface IEventLog : IAsyncDisposable
{
    /// <summary>Number of partitions, fixed when the log was created; a partition is 0 to this, exclusive.</summary>
    int Partitions { get; }

    /// <summary>Whether <see cref="WaitAsync"/> hears at once of every append there can be: no other process writes.</summary>
    bool IsLocal { get; }

    /// <summary>Whether the offsets of a partition follow each other without a gap, but for what was trimmed.</summary>
    bool IsGapless { get; }

    /// <summary>
    /// Appends records; complete when they are durable. Many concurrent appends to a partition are merged into one row and
    /// one transaction (group commit), in the order of the calls.
    /// </summary>
    /// <param name="partition">0 to <see cref="Partitions"/>, exclusive.</param>
    /// <param name="records">At least one byte, framed so that payloads can be concatenated. Unchanged until complete.</param>
    /// <param name="count">Records in <paramref name="records"/>, at least 1.</param>
    /// <param name="cancel">Gives up while the records still wait; a cancelled append was certainly not written.</param>
    /// <returns>Offset of the row the records are in.</returns>
    /// <exception cref="LogOverloadedException">Too many bytes wait already; nothing was written.</exception>
    /// <exception cref="LogUnavailableException">
    /// Storage failed. The records may be sent again; in rare cases of a failed disk they turn up twice.
    /// </exception>
    ValueTask<long> AppendAsync(int partition, ReadOnlyMemory<byte> records, int count, CancellationToken cancel);

    /// <summary>Reads rows in ascending order.</summary>
    /// <param name="partition">0 to <see cref="Partitions"/>, exclusive.</param>
    /// <param name="after">Rows above this offset; 0 reads from the start.</param>
    /// <param name="rowsMax">Most rows to return, at least 1; the implementation may set a lower bound.</param>
    /// <param name="bytesMax">Stops with the row that reaches this many bytes; at least one row is returned if there is any.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The rows; empty when there is none.</returns>
    /// <exception cref="IOException">Storage failed.</exception>
    ValueTask<IReadOnlyList<LogBatch>> ReadAsync(
        int partition, long after, int rowsMax, int bytesMax, CancellationToken cancel);

    /// <summary>Completes when the partition has a row above an offset.</summary>
    /// <remarks>Appends of this process signal at once; those of another process are noticed by polling.</remarks>
    /// <exception cref="LogUnavailableException">The log was closed.</exception>
    ValueTask WaitAsync(int partition, long after, CancellationToken cancel);

    /// <summary>Highest offset a partition ever had, 0 when nothing was appended yet; trimming does not change it.</summary>
    /// <exception cref="IOException">Storage failed.</exception>
    ValueTask<long> EndAsync(int partition, CancellationToken cancel);

    /// <summary>
    /// Offset of the last row written before a time, 0 if there is none: reading after it yields everything since. Rows
    /// that were trimmed count as written before any time.
    /// </summary>
    /// <exception cref="IOException">Storage failed.</exception>
    ValueTask<long> OffsetBeforeAsync(int partition, DateTimeOffset at, CancellationToken cancel);

    /// <summary>
    /// Drops the rows at or below an offset, for good. Offsets go on where they were, also when nothing is left, and so do
    /// times but for Kafka's, which are its brokers'. A second call drops what is left to drop.
    /// </summary>
    /// <param name="partition">0 to <see cref="Partitions"/>, exclusive.</param>
    /// <param name="through">The last offset to drop; one above the end drops everything that is there.</param>
    /// <param name="cancel">Gives up between two parts; what was dropped stays dropped.</param>
    /// <returns>What this call dropped.</returns>
    /// <remarks>Done in bounded parts, oldest first, so that no append waits for more than one of them.</remarks>
    /// <exception cref="IOException">Storage failed; a part of the rows may have been dropped.</exception>
    ValueTask<TrimmedRows> TrimAsync(int partition, long through, CancellationToken cancel);
}
