namespace Recs.Storage.Retention;

/// <summary>What a run of the retention did.</summary>
/// <param name="IsFenced">Another run took the base over meanwhile; this one stopped before it dropped anything.</param>
/// <param name="RowsDropped">Rows dropped from the log.</param>
/// <param name="BytesDropped">Bytes of their payloads, as far as the log tells.</param>
/// <param name="RowsArchived">Rows written to the archive.</param>
/// <param name="Partitions">Partition by partition.</param>
public sealed record RetentionResult(
    bool IsFenced,
    long RowsDropped,
    long BytesDropped,
    long RowsArchived,
    IReadOnlyList<PartitionRetention> Partitions);
