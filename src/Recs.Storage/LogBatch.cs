namespace Recs.Storage;

/// <summary>One durable row of a partition's log: the concatenated records of one group commit.</summary>
/// <param name="Offset">Place in the partition: starts at 1, rises by one with every row, is never used again.</param>
/// <param name="At">When the row was written, whole microseconds; never earlier than the row before.</param>
/// <param name="Count">Records in the row; 0 only where a broker's row holds none.</param>
/// <param name="Payload">The records as they were appended, one after the other. Owned by the receiver.</param>
public readonly record struct LogBatch(long Offset, DateTimeOffset At, int Count, ReadOnlyMemory<byte> Payload)
{
    /// <summary>
    /// The payload is not what was appended: it is given as it was found, and has no part in what the log means.
    /// </summary>
    public bool IsDamaged { get; init; }

    /// <summary>What another program wrote to the log's topic and is not in records yet; null otherwise.</summary>
    /// <remarks>It has no part in what the log means: whoever takes it in appends records of it.</remarks>
    public ForeignMessage? Foreign { get; init; }
}
