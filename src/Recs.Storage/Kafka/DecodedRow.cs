namespace Recs.Storage.Kafka;

/// <summary>A row of the log and what of its message was refused.</summary>
readonly record struct DecodedRow(LogBatch Row, IReadOnlyList<RejectedPart> Rejected)
{
    /// <summary>A row without records.</summary>
    public static DecodedRow Empty(long offset, DateTimeOffset at) =>
        new(new LogBatch(offset, at, 0, ReadOnlyMemory<byte>.Empty), []);
}
