using Recs.Cluster.Tests.Rig;

namespace Recs.Cluster.Tests.Silos;

/// <summary>Three silos that ask each other for certificates, the first with a port for clients too.</summary>
public sealed class ThreeSilosWithTls : ThreeSilos, IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly int[] _ports = [FreePort.Take(), FreePort.Take(), FreePort.Take()];

    public ThreeSilosWithTls() => (Ours, Others) = (new Authority(_folder.Path, "ours"), new Authority(_folder.Path, "others"));

    /// <summary>The authority of the cluster.</summary>
    internal Authority Ours { get; }

    /// <summary>Another authority.</summary>
    internal Authority Others { get; }

    /// <summary>The first silo's port for clients.</summary>
    public int GatewayPort { get; } = FreePort.Take();

    /// <summary>A silo's port for silos.</summary>
    public int SiloPort(int silo) => _ports[silo];

    /// <inheritdoc/>
    public void Dispose()
    {
        Ours.Dispose();
        Others.Dispose();
        _folder.Dispose();
    }

    /// <inheritdoc/>
    protected override string[] SettingsOf(int silo)
    {
        var (certificate, key) = Ours.Sign($"silo-{silo}");
        string[] settings =
        [
            $"--Recs:Clustering:Tls:CertificatePath={certificate}", $"--Recs:Clustering:Tls:KeyPath={key}",
            $"--Recs:Clustering:Tls:CaPath={Ours.CaPath}", $"--Recs:Clustering:SiloPort={_ports[silo]}",
        ];
        return silo == 0 ? [.. settings, $"--Recs:Clustering:GatewayPort={GatewayPort}"] : settings;
    }
}
