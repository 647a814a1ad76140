namespace Recs.Storage.Retention;

/// <summary>What a run of the retention did to one partition.</summary>
/// <param name="Partition">Which.</param>
/// <param name="BasePosition">The base stands for every row at or below this offset.</param>
/// <param name="DroppedThrough">Rows at or below this offset are dropped; the 24 h of log time before the base's end stay.</param>
/// <param name="RowsDropped">Rows dropped by this run.</param>
public sealed record PartitionRetention(int Partition, long BasePosition, long DroppedThrough, long RowsDropped);
