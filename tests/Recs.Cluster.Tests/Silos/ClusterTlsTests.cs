using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using Npgsql;

using Orleans.Configuration;

using Recs.Cluster.Tests.Loop;
using Recs.Cluster.Tests.Rig;
using Recs.Grains.Items;
using Recs.Grains.Viewers;
using Recs.Schema.Http;
using Recs.Schema.Log;

using Xunit;

namespace Recs.Cluster.Tests.Silos;

/// <summary>Silos work together behind certificates, and whoever has none of theirs is kept out of both ports.</summary>
[Collection(typeof(WholeMachine))]
public sealed class ClusterTlsTests(ThreeSilosWithTls silos) : IClassFixture<ThreeSilosWithTls>
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Silos_with_certificates_are_one_cluster()
    {
        Assert.Equal(3, await Members("status = 3"));
        Assert.Equal(2, await Members("status = 3 AND proxy_port = 0"));
        _ = await silos.ClientOf(1).UpsertItemsAsync([new ItemDocument { Id = "encrypted", Categories = ["encrypted"] }]);
        var request = new RecommendRequest { UserId = "v", Count = 1, Filter = new RecommendFilter { Categories = ["encrypted"] } };
        foreach (var silo in (int[])[0, 1, 2])
        {
            await ServedSilo.Until(async () => (await silos.ClientOf(silo).RecommendAsync(request)).Items is [{ Id: "encrypted" }]);
        }
    }

    [Fact]
    public async Task A_client_without_a_certificate_of_ours_calls_no_grain()
    {
        await Refused(InTheClear);
        using (var foreign = silos.Others.Issue("client"))
        {
            await Refused(client => UseCertificate(client, foreign));
        }

        Assert.NotNull((await silos.ClientOf(2).GetItemAsync("i7"))!.Id);

        // One of ours gets in: what kept the others out is the certificate.
        using var ours = silos.Ours.Issue("client");
        using var host = Client(client => UseCertificate(client, ours));
        await host.StartAsync(Cancel);
        var grains = host.Services.GetRequiredService<IClusterClient>();
        Assert.NotNull(await grains.GetGrain<IViewerGrain>(StableKeys.Viewer("v")).Context());
        await host.StopAsync(Cancel);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_silo_port_asks_for_a_certificate_of_ours(bool isGateway)
    {
        var port = isGateway ? silos.GatewayPort : silos.SiloPort(0);
        using var ours = silos.Ours.Issue("peer");
        using var foreign = silos.Others.Issue("peer");
        Assert.True(await IsLetIn(port, ours));
        Assert.False(await IsLetIn(port, foreign));
        Assert.False(await IsLetIn(port, null));

        // In the clear, not even a greeting is answered.
        using var plain = new TcpClient();
        await plain.ConnectAsync(IPAddress.Loopback, port, Cancel);
        await plain.GetStream().WriteAsync(new byte[64], Cancel);
        Assert.True(await EndsSoon(plain.GetStream()));
    }

    [Fact]
    public async Task A_silo_of_the_network_without_certificates_does_not_start()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => SiloProcess.Join(
            silos.Database, "never", "--Recs:Clustering:AdvertisedAddress=192.0.2.1"));
        Assert.Contains("ended with code 2", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Recs:Clustering:AllowPlaintext=true", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, refused.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    async Task Refused(Action<IClientBuilder> configure)
    {
        using var host = Client(configure);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(Patience);
        _ = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await host.StartAsync(patience.Token);
            _ = await host.Services.GetRequiredService<IClusterClient>().GetGrain<IItemShard>(0).Delete("i7").WaitAsync(patience.Token);
        });
    }

    IHost Client(Action<IClientBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, silos.GatewayPort));
            client.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (silos.ClusterId, "recs"));
            configure(client);
        });
        return builder.Build();
    }

    static void InTheClear(IClientBuilder client)
    {
        // As a client is without more.
    }

    static void UseCertificate(IClientBuilder client, X509Certificate2 certificate) => client.UseTls(tls =>
    {
        tls.LocalCertificate = certificate;
        tls.LocalClientCertificateSelector = (_, _, _, _, _) => certificate;
        tls.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        tls.AllowAnyRemoteCertificate();
        tls.OnAuthenticateAsClient = (_, options) => options.TargetHost = "recs";
    });

    /// <summary>Whether a connection with that certificate is kept. TLS 1.3 tells a client only after its own handshake.</summary>
    static async Task<bool> IsLetIn(int port, X509Certificate2? certificate)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, port, Cancel);
        await using var tls = new SslStream(socket.GetStream());
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "recs",
                    ClientCertificates = certificate is null ? null : [certificate],
                    // Whether the silo lets us in is what is asked here.
                    RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
                },
                Cancel);
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException)
        {
            return false;
        }

        return !await EndsSoon(tls);
    }

    /// <summary>Whether the other side ends the connection instead of sending or waiting.</summary>
    static async Task<bool> EndsSoon(Stream stream)
    {
        try
        {
            var buffer = new byte[1024];
            while (await stream.ReadAsync(buffer, Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(2), Cancel) > 0)
            {
                // A greeting: it goes on.
            }

            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    async Task<long> Members(string where)
    {
        await using var connection = new NpgsqlConnection(silos.Database);
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM recs.member WHERE {where}", connection);
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }
}
