using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Recs.Cluster.Tests.Overload;

/// <summary>One connection that sends prebuilt requests and reads the status: as little work of the caller's as can be.</summary>
sealed class RawCaller(int port) : IDisposable
{
    readonly byte[] _buffer = new byte[16 * 1024];
    Socket? _socket;

    /// <summary>A request with a JSON body.</summary>
    public static byte[] Post(string path, string json) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}"));

    /// <summary>A request without a body.</summary>
    public static byte[] Get(string path) => Encoding.UTF8.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");

    /// <summary>Sends a request and reads the whole answer.</summary>
    /// <returns>Its status, 0 when the connection broke; and how long it took.</returns>
    public async Task<(int Status, TimeSpan Took)> Send(byte[] request, CancellationToken cancel)
    {
        var since = Stopwatch.GetTimestamp();
        try
        {
            if (_socket is null)
            {
                _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await _socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancel);
            }

            _ = await _socket.SendAsync(request.AsMemory(), cancel);
            return (await Read(cancel), Stopwatch.GetElapsedTime(since));
        }
        catch (SocketException)
        {
            Dispose();
            return (0, Stopwatch.GetElapsedTime(since));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    async Task<int> Read(CancellationToken cancel)
    {
        var length = 0;
        while (true)
        {
            var read = await _socket!.ReceiveAsync(_buffer.AsMemory(length), cancel);
            if (read == 0)
            {
                Dispose();
                return 0;
            }

            length += read;
            var text = _buffer.AsSpan(0, length);
            var head = text.IndexOf("\r\n\r\n"u8);
            if (head >= 0 && IsWhole(text[..head], text[(head + 4)..]))
            {
                return int.Parse(text[9..12], CultureInfo.InvariantCulture);
            }
        }
    }

    static bool IsWhole(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        var at = head.IndexOf("Content-Length: "u8);
        if (at < 0)
        {
            return body.EndsWith("0\r\n\r\n"u8);
        }

        var rest = head[(at + 16)..];
        var end = rest.IndexOf((byte)'\r');
        return body.Length >= int.Parse(end < 0 ? rest : rest[..end], CultureInfo.InvariantCulture);
    }
}
