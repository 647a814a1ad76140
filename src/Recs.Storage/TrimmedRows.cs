namespace Recs.Storage;

/// <summary>What a call dropped from a partition of the log.</summary>
/// <param name="Rows">Rows; in Kafka offsets, those without a message included.</param>
/// <param name="Bytes">Bytes of their payloads; 0 in Kafka, whose brokers do not tell.</param>
public readonly record struct TrimmedRows(long Rows, long Bytes);
