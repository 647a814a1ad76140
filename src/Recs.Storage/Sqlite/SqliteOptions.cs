using System.ComponentModel.DataAnnotations;

namespace Recs.Storage.Sqlite;

/// <summary>Where the embedded store is and what its limits are. Validated when the store is opened.</summary>
public sealed record SqliteOptions
{
    /// <summary>Name of the one file that holds everything.</summary>
    public const string FileName = "recs.db";

    /// <summary>The data folder. The owner creates it when it is missing.</summary>
    [Required]
    public required string Path { get; init; }

    /// <summary>What this process may do. Default: everything.</summary>
    public StorageAccess Access { get; init; } = StorageAccess.Owner;

    /// <summary>Partitions of a new log. A file that exists keeps its own number and must not be asked for another. Default 8.</summary>
    [Range(1, 1024)]
    public int Partitions { get; init; } = 8;

    /// <summary>Most bytes of records that may wait to be written; beyond it an append is refused. Default 64 MiB.</summary>
    [Range(1024, 1L << 32)]
    public long AppendBytesMax { get; init; } = 64 << 20;

    /// <summary>Appends are merged into rows of at most this many bytes; a larger single append is a row alone. Default 1 MiB.</summary>
    [Range(1024, 64 << 20)]
    public int AppendBatchBytesMax { get; init; } = 1 << 20;

    /// <summary>Bytes of records after which a group commit takes no further append; the rest goes next. Default 4 MiB.</summary>
    [Range(1024, 256 << 20)]
    public int CommitBytesMax { get; init; } = 4 << 20;

    /// <summary>Bytes after which a transaction of other writes takes no further one; one write is never divided. Default 1 MiB.</summary>
    [Range(1024, 256 << 20)]
    public int WriteBatchBytesMax { get; init; } = 1 << 20;

    /// <summary>Other writes that may wait; beyond it the callers wait. Default 1024.</summary>
    [Range(1, 1 << 20)]
    public int WritesMax { get; init; } = 1024;

    /// <summary>Most rows one read of the log returns. Default 4096.</summary>
    [Range(1, 1 << 20)]
    public int ReadRowsMax { get; init; } = 4096;

    /// <summary>Connections for reading; beyond it the callers wait. Default 8.</summary>
    [Range(1, 256)]
    public int ReadConnectionsMax { get; init; } = 8;

    /// <summary>How long to wait while another process writes, before a write fails. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes in the write-ahead log after which they are copied into the file, in the background. Default 16 MiB.</summary>
    [Range(1 << 16, 1 << 30)]
    public int CheckpointBytes { get; init; } = 16 << 20;

    /// <summary>Most bytes the file may grow to, 0 for no limit but the disk's. Reaching it is answered like a full disk.</summary>
    [Range(0, long.MaxValue)]
    public long FileBytesMax { get; init; }

    /// <summary>Opens a log that ends before what was acknowledged, and passes over what is lost. Default false.</summary>
    public bool AcceptLoss { get; init; }

    /// <summary>How often a process that is not the owner looks for new rows of the log. Default 100 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    internal string FilePath => System.IO.Path.Combine(Path, FileName);
}
