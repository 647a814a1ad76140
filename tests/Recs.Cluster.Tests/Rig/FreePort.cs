using System.Net;
using System.Net.Sockets;

namespace Recs.Cluster.Tests.Rig;

/// <summary>
/// Ports of loopback that nobody listens on at the moment, none given twice. They are below those that systems give to outgoing
/// connections, so that none is taken by one before a silo listens on it.
/// </summary>
static class FreePort
{
    const int First = 20_000;
    const int Count = 12_000;

    static int _taken = Environment.ProcessId * 97;

    /// <summary>The next of them.</summary>
    public static int Take()
    {
        while (true)
        {
            var port = First + (Interlocked.Increment(ref _taken) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody listens on it.
            }
        }
    }
}
