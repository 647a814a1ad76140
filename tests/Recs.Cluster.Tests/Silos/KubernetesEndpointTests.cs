using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

using Orleans.Configuration;

using Recs.Silo.Hosting;
using Recs.Silo.Options;

using Xunit;

namespace Recs.Cluster.Tests.Silos;

/// <summary>Where a silo of a pod listens.</summary>
public sealed class KubernetesEndpointTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(30333)]
    public void A_pod_listens_where_it_was_told_and_for_clients_only_when_it_was_told(int gatewayPort)
    {
        // What a pod is told of itself; nothing else reads these.
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)
            [("POD_NAME", "recs-0"), ("POD_NAMESPACE", "shop"), ("POD_IP", "10.0.0.7"), ("ORLEANS_SERVICE_ID", "recs"), ("ORLEANS_CLUSTER_ID", "recs")])
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        var options = new RecsOptions
        {
            Storage = new StorageOptions { Provider = StorageOptions.Postgres, ConnectionString = "Host=127.0.0.1" },
            Clustering = new ClusteringOptions
            {
                Provider = ClusteringOptions.Kubernetes,
                SiloPort = 11222,
                GatewayPort = gatewayPort,
                AllowPlaintext = true,
            },
        };
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleans(silo => silo.JoinCluster(options));
        using var host = builder.Build();
        var endpoints = host.Services.GetRequiredService<IOptions<EndpointOptions>>().Value;
        Assert.Equal((11222, 11222), (endpoints.SiloPort, endpoints.SiloListeningEndpoint?.Port ?? 0));
        Assert.Equal((gatewayPort, gatewayPort), (endpoints.GatewayPort, endpoints.GatewayListeningEndpoint?.Port ?? 0));
        Assert.Equal(gatewayPort == 0, endpoints.GatewayListeningEndpoint is null);
    }
}
