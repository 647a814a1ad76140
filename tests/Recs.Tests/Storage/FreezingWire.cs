using System.Net;
using System.Net.Sockets;

namespace Recs.Tests.Storage;

/// <summary>
/// Passes bytes on between clients and a server, until it freezes: then both sides stay connected and hear nothing more, as
/// when a process is stopped.
/// </summary>
sealed class FreezingWire : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _close = new();
    readonly TaskCompletionSource _frozen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _thawed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task _accepting;
    long _rest = long.MaxValue;

    public FreezingWire(string host, int port)
    {
        _listener.Start();
        _accepting = AcceptAsync(host, port);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Completes when the wire froze.</summary>
    public Task Frozen => _frozen.Task;

    /// <summary>Freezes when clients have sent so many bytes from now on.</summary>
    public void FreezeAfter(long bytes) => Interlocked.Exchange(ref _rest, bytes);

    /// <summary>Passes bytes on again.</summary>
    public void Thaw() => _thawed.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _close.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _close.Dispose();
    }

    async Task AcceptAsync(string host, int port)
    {
        List<Task> passing = [];
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_close.Token);
                var server = new TcpClient(host, port);
                passing.Add(PassAsync(client, server, freezes: true));
                passing.Add(PassAsync(server, client, freezes: false));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(passing);
        }
    }

    async Task PassAsync(TcpClient from, TcpClient to, bool freezes)
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _close.Token) is > 0 and var bytes)
            {
                if (freezes && Interlocked.Add(ref _rest, -bytes) < 0)
                {
                    _frozen.TrySetResult();
                }

                if (Frozen.IsCompleted)
                {
                    await _thawed.Task.WaitAsync(_close.Token);
                }

                await to.GetStream().WriteAsync(buffer.AsMemory(0, bytes), _close.Token);
            }
        }
        catch (Exception reason) when (reason is IOException or SocketException or OperationCanceledException
            or ObjectDisposedException or InvalidOperationException)
        {
            // One of the two has gone.
        }

        from.Dispose();
        to.Dispose();
    }
}
