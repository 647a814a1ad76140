using System.ComponentModel.DataAnnotations;

namespace Recs.Silo.Options;

/// <summary>Where durable state is.</summary>
public sealed record StorageOptions
{
    /// <summary>Default sqlite.</summary>
    [AllowedValues("sqlite")]
    public string Provider { get; init; } = "sqlite";

    /// <summary>The data folder. Default ./data.</summary>
    [Required]
    public string Path { get; init; } = "./data";

    /// <summary>Of a storage that is a server, so not of sqlite: absent there.</summary>
    [DataType(DataType.Password)]
    public string? ConnectionString { get; init; }

    /// <summary>Seconds between two snapshots of a shard. Default 5.</summary>
    [Range(1, 3600)]
    public int SnapshotSeconds { get; init; } = 5;
}
