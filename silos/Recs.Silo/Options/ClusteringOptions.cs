using System.ComponentModel.DataAnnotations;

namespace Recs.Silo.Options;

/// <summary>The Orleans cluster.</summary>
public sealed record ClusteringOptions
{
    /// <summary>Default localhost: a cluster of one process.</summary>
    [AllowedValues("localhost")]
    public string Provider { get; init; } = "localhost";

    /// <summary>Default recs.</summary>
    [Required]
    public string ClusterId { get; init; } = "recs";

    /// <summary>Default recs.</summary>
    [Required]
    public string ServiceId { get; init; } = "recs";

    /// <summary>Default 11111.</summary>
    [Range(1, 65535)]
    public int SiloPort { get; init; } = 11111;

    /// <summary>Default 30000.</summary>
    [Range(1, 65535)]
    public int GatewayPort { get; init; } = 30000;
}
