using System.ComponentModel.DataAnnotations;

namespace Recs.Silo.Options;

/// <summary>Where durable state is.</summary>
public sealed record StorageOptions
{
    /// <summary>One file of one process.</summary>
    public const string Sqlite = "sqlite";

    /// <summary>A server, for any number of silos.</summary>
    public const string Postgres = "postgres";

    /// <summary>Default sqlite.</summary>
    [AllowedValues(Sqlite, Postgres)]
    public string Provider { get; init; } = Sqlite;

    /// <summary>The data folder. Default ./data.</summary>
    [Required]
    public string Path { get; init; } = "./data";

    /// <summary>Of postgres; sqlite has none.</summary>
    [DataType(DataType.Password)]
    public string? ConnectionString { get; init; }

    /// <summary>Starts with a log that ends before what was acknowledged. Default false: such a start is refused.</summary>
    public bool AcceptLoss { get; init; }

    /// <summary>Seconds between two snapshots of a shard. Default 5.</summary>
    [Range(1, 3600)]
    public int SnapshotSeconds { get; init; } = 5;
}
