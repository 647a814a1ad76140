using System.Net;
using System.Net.Sockets;

namespace Recs.Cluster.Tests.Rig;

/// <summary>Ports of loopback that nobody listens on at the moment.</summary>
static class FreePort
{
    /// <summary>One of them.</summary>
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
