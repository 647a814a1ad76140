using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Recs.Silo.Options;

/// <summary>The Orleans cluster.</summary>
public sealed record ClusteringOptions
{
    /// <summary>A cluster of one process.</summary>
    public const string Localhost = "localhost";

    /// <summary>Silos find each other in a PostgreSQL table.</summary>
    public const string Postgres = "postgres";

    /// <summary>As with PostgreSQL, and what a silo is called and when it is gone is Kubernetes' word.</summary>
    public const string Kubernetes = "kubernetes";

    /// <summary>Default localhost.</summary>
    [AllowedValues(Localhost, Postgres, Kubernetes)]
    public string Provider { get; init; } = Localhost;

    /// <summary>Where the table of silos is; the storage's own when null.</summary>
    [DataType(DataType.Password)]
    public string? ConnectionString { get; init; }

    /// <summary>The IP address that other silos reach this one at; the host's own when null.</summary>
    public string? AdvertisedAddress { get; init; }

    /// <summary>Default recs.</summary>
    [Required]
    public string ClusterId { get; init; } = "recs";

    /// <summary>Default recs.</summary>
    [Required]
    public string ServiceId { get; init; } = "recs";

    /// <summary>Default 11111.</summary>
    [Range(1, 65535)]
    public int SiloPort { get; init; } = 11111;

    /// <summary>Port for Orleans clients of one's own; 0, the default, for none: whoever is let in there may call any grain.</summary>
    [Range(0, 65535)]
    public int GatewayPort { get; init; }

    /// <summary>Certificates that silos show each other.</summary>
    public ClusterTlsOptions Tls { get; init; } = new();

    /// <summary>Talk to silos on other machines without TLS: whoever reaches the silo port may read and change everything. Default false.</summary>
    public bool AllowPlaintext { get; init; }

    /// <summary>Whether other machines can reach the silo's ports.</summary>
    internal bool IsOnNetwork => Provider switch
    {
        Localhost => false,
        Postgres => !(IPAddress.TryParse(AdvertisedAddress, out var address) && IPAddress.IsLoopback(address)),
        _ => true,
    };
}
