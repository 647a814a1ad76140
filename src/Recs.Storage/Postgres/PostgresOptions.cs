using System.ComponentModel.DataAnnotations;

namespace Recs.Storage.Postgres;

/// <summary>Where the server is and what the limits are. Validated when the store is opened.</summary>
public sealed record PostgresOptions
{
    /// <summary>As Npgsql takes it. What it does not say is set: a name of the program, short timeouts.</summary>
    [Required]
    public required string ConnectionString { get; init; }

    /// <summary>What this process may do. Default: everything.</summary>
    public StorageAccess Access { get; init; } = StorageAccess.Owner;

    /// <summary>Partitions of a new log; a store that exists keeps its own number. Default 8.</summary>
    [Range(1, 1024)]
    public int Partitions { get; init; } = 8;

    /// <summary>Most bytes of records that may wait to be written; beyond it an append is refused. Default 64 MiB.</summary>
    [Range(1024, 1L << 32)]
    public long AppendBytesMax { get; init; } = 64 << 20;

    /// <summary>Appends are merged into rows of at most about this many bytes. Default 1 MiB.</summary>
    [Range(1024, 64 << 20)]
    public int AppendBatchBytesMax { get; init; } = 1 << 20;

    /// <summary>Most rows one read of the log returns. Default 4096.</summary>
    [Range(1, 1 << 20)]
    public int ReadRowsMax { get; init; } = 4096;

    /// <summary>How often to look for rows that other processes appended. Default 100 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(100);
}
