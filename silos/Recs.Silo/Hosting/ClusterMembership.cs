using System.Net;
using System.Security.Authentication;

using Npgsql;

using Orleans.Configuration;
using Orleans.Connections.Security;

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

    /// <summary>Something must be asked for by name; what counts is who signed the certificate.</summary>
    const string PeerName = "recs";

    /// <summary>Joins the cluster that the settings name.</summary>
    /// <exception cref="OptionsRefusedException">Its certificates are not usable.</exception>
    public static void JoinCluster(this ISiloBuilder silo, RecsOptions options)
    {
        var clustering = options.Clustering;
        if (clustering.Tls.IsOn)
        {
            silo.RequireCertificates(new ClusterCertificates(clustering.Tls));
        }

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
            silo.Configure<EndpointOptions>(endpoints =>
                (endpoints.SiloPort, endpoints.GatewayPort) = (clustering.SiloPort, clustering.GatewayPort));
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

    /// <summary>Lets in only who shows a certificate of the cluster's authorities, at the silo's port and at the one for clients alike.</summary>
    static void RequireCertificates(this ISiloBuilder silo, ClusterCertificates certificates)
    {
        silo.Services.AddSingleton(certificates).AddHostedService<ClusterCertificateWatch>();
        silo.UseTls(tls =>
        {
            tls.LocalServerCertificateSelector = (_, _) => certificates.Own;
            tls.LocalClientCertificateSelector = (_, _, _, _, _) => certificates.Own;
            tls.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
            tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
            tls.RemoteCertificateValidation = (peer, _, _) => certificates.Accepts(peer);
            tls.OnAuthenticateAsServer = (_, server) => server.ClientCertificateRequired = true;
            tls.OnAuthenticateAsClient = (_, client) => client.TargetHost = PeerName;
        });
    }

    /// <summary>Orleans asks for its queries by a bare name: it finds them in our schema.</summary>
    static string TableConnection(string connection) =>
        new NpgsqlConnectionStringBuilder(connection) { SearchPath = "recs" }.ConnectionString;
}
