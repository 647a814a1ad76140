using System.Net;

using Npgsql;

using Orleans.Configuration;

using Recs.Silo.Options;

namespace Recs.Silo.Hosting;

/// <summary>How a silo finds the others, and how soon it gives one up.</summary>
static class ClusterMembership
{
    // A crash is noticed in about a second and a half, a frozen silo in about four (architecture, section 8).
    static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(1);
    static readonly TimeSpan TableRefreshTimeout = TimeSpan.FromSeconds(2);

    /// <summary>How long a call between grains waits for its answer.</summary>
    public static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(5);

    const int MissedProbesMax = 3;

    /// <summary>Joins the cluster that the settings name.</summary>
    public static void JoinCluster(this ISiloBuilder silo, RecsOptions options)
    {
        var clustering = options.Clustering;
        silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = ResponseTimeout);
        if (clustering.Provider == ClusteringOptions.Localhost)
        {
            silo.UseLocalhostClustering(
                clustering.SiloPort, clustering.GatewayPort, null, clustering.ServiceId, clustering.ClusterId);
            return;
        }

        silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (clustering.ClusterId, clustering.ServiceId));
        silo.UseAdoNetClustering(table =>
        {
            table.Invariant = "Npgsql";
            table.ConnectionString = TableConnection(clustering.ConnectionString ?? options.Storage.ConnectionString!);
        });
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = ProbeTimeout;
            membership.MaxProbeTimeout = ProbeTimeout;
            membership.NumMissedProbesLimit = MissedProbesMax;
            membership.TableRefreshTimeout = TableRefreshTimeout;
        });
        if (clustering.Provider == ClusteringOptions.Kubernetes)
        {
            silo.UseKubernetesHosting();
        }
        else if (clustering.AdvertisedAddress is { } address)
        {
            silo.ConfigureEndpoints(IPAddress.Parse(address), clustering.SiloPort, clustering.GatewayPort);
        }
        else
        {
            silo.ConfigureEndpoints(clustering.SiloPort, clustering.GatewayPort);
        }
    }

    /// <summary>Orleans asks for its queries by a bare name: it finds them in our schema.</summary>
    static string TableConnection(string connection) =>
        new NpgsqlConnectionStringBuilder(connection) { SearchPath = "recs" }.ConnectionString;
}
