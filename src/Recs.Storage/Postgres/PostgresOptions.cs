using System.ComponentModel.DataAnnotations;

namespace Recs.Storage.Postgres;

/// <summary>Where the store of a cluster is and what its limits are. Validated when the store is opened.</summary>
public sealed record PostgresOptions
{
    /// <summary>Host, user, password and database, in the form that Npgsql documents. Never logged.</summary>
    [Required]
    public required string ConnectionString { get; init; }

    /// <summary>What this process may do. Default: everything.</summary>
    public StorageAccess Access { get; init; } = StorageAccess.Owner;

    /// <summary>Partitions of a new log. A store that exists keeps its own number, whatever is asked for. Default 8.</summary>
    [Range(1, 1024)]
    public int Partitions { get; init; } = 8;

    /// <summary>
    /// Most bytes of this process's records that may wait to be written; beyond it an append is refused. Default 64 MiB.
    /// </summary>
    [Range(1024, 1L << 32)]
    public long AppendBytesMax { get; init; } = 64 << 20;

    /// <summary>Appends are merged into rows of at most this many bytes; a larger single append is a row alone. Default 1 MiB.</summary>
    [Range(1024, 64 << 20)]
    public int AppendBatchBytesMax { get; init; } = 1 << 20;

    /// <summary>
    /// Most rows one read of the log returns. A read looks at as many rows as it was asked for, also when fewer reach its
    /// limit of bytes: about 4 ms for 1000. Default 4096.
    /// </summary>
    [Range(1, 1 << 20)]
    public int ReadRowsMax { get; init; } = 4096;

    /// <summary>Connections that append; beyond it partitions take turns. Default 8.</summary>
    [Range(1, 256)]
    public int AppendConnectionsMax { get; init; } = 8;

    /// <summary>Connections for everything else; beyond it the callers wait. Default 8.</summary>
    [Range(1, 256)]
    public int ConnectionsMax { get; init; } = 8;

    /// <summary>
    /// Statements a connection keeps prepared. 0 for none, as a pooler needs that hands out a connection per transaction:
    /// then a process that froze amid a large statement may keep its locks until it ends. Default 64.
    /// </summary>
    [Range(0, 1024)]
    public int PreparedStatementsMax { get; init; } = 64;

    /// <summary>How long one statement may take before it has failed. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the server waits for the rest of a transaction before it undoes it: so long may a process that froze amid a
    /// write keep others from taking over. Default 5 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan TransactionPauseMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the log is asked for rows of other processes while someone waits for them. Default 50 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Without the connection string: it has the password.</summary>
    public override string ToString() => $"{nameof(PostgresOptions)} {{ {nameof(Partitions)} = {Partitions} }}";
}
