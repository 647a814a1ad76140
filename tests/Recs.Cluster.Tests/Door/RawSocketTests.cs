using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

using Recs.Cluster.Tests.Loop;

using Xunit;

namespace Recs.Cluster.Tests.Door;

/// <summary>What comes over a connection that speaks HTTP badly, or not at all: never a fault of ours, and nothing stays behind.</summary>
/// <remarks><c>RECS_FUZZ_SOCKETS</c> says how many, <c>RECS_SEED</c> which; <c>tests/fuzz</c> sends 10,000.</remarks>
public sealed class RawSocketTests(ServedSilo silo, ITestOutputHelper output) : IClassFixture<ServedSilo>
{
    const int AtOnce = 16;
    const long GrowthMax = 200L * 1024 * 1024;

    static readonly int Sockets = int.Parse(Environment.GetEnvironmentVariable("RECS_FUZZ_SOCKETS") ?? "600", CultureInfo.InvariantCulture);
    static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("RECS_SEED") ?? "14", CultureInfo.InvariantCulture);
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    static readonly string[] Paths = ["/v1/recommend", "/v1/events", "/v1/items", "/v1/items/a%2Fb", "/v1/users/%00", "/health/live", "/", "/docs/", "*", "http://x/v1/stats", "/v1/items?limit=-1", "//", "/%zz"];
    static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "P\0ST", ""];
    static readonly string[] Bodies = ["{}", "[]", "{\"count\":5}", "[{\"id\":\"a\"}]", "{\"count\":", "\0\u0001", "nul", "[[[[[[[[[[[[[[[[[[[[[[", ""];

    [Fact]
    public async Task Oddities_on_a_socket_get_no_fault_and_leave_nothing_behind()
    {
        output.WriteLine($"RECS_SEED={Seed} RECS_FUZZ_SOCKETS={Sockets}");
        await Send(0, Sockets / 4);
        var before = Memory();
        await Send(Sockets / 4, Sockets);
        var after = Memory();
        output.WriteLine($"memory {before >> 20} MiB, then {after >> 20} MiB; statuses {string.Join(", ", _statuses.Order().GroupBy(status => status).Select(status => $"{status.Key}: {status.Count()}"))}");
        Assert.DoesNotContain(_statuses, status => status is >= 500 and not (501 or 503 or 505));
        Assert.Empty(_faults);
        Assert.True(after - before < GrowthMax, $"memory grew from {before} to {after} bytes");
        using var ready = await silo.Http.GetAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.NotEmpty((await silo.Slate("after the fuzz", 5)).Items);
    }

    readonly System.Collections.Concurrent.ConcurrentBag<int> _statuses = [];
    readonly System.Collections.Concurrent.ConcurrentBag<string> _faults = [];

    Task Send(int from, int to) => Parallel.ForEachAsync(
        Enumerable.Range(from, to - from),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
        async (number, cancel) =>
        {
            var random = new Random((Seed * 1_000_003) + number);
            var bytes = Oddity(random);
            var answer = await Exchange(bytes, random.Next(4), cancel);
            if (answer.Length >= 12 && answer.StartsWith("HTTP/1.", StringComparison.Ordinal)
                && int.TryParse(answer.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            {
                _statuses.Add(status);
                if (status == 503 && !answer.Contains("Retry-After", StringComparison.Ordinal))
                {
                    _faults.Add($"{number}: 503 without Retry-After");
                }
            }
        });

    async Task<string> Exchange(byte[] bytes, int ending, CancellationToken cancel)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        var buffer = new byte[4096];
        var length = 0;
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, silo.Http.BaseAddress!.Port), cancel);
            _ = await socket.SendAsync(bytes, patience.Token);
            switch (ending)
            {
                case 0:
                    socket.Shutdown(SocketShutdown.Send);
                    break;
                case 1:
                    return "";
            }

            length = await socket.ReceiveAsync(buffer, patience.Token);
        }
        catch (Exception closed) when (closed is SocketException or OperationCanceledException)
        {
            // Closing without an answer is an answer, and so is waiting for the rest.
        }

        return Encoding.Latin1.GetString(buffer, 0, length);
    }

    static byte[] Oddity(Random random)
    {
        var (method, path, body) = (One(Methods, random), One(Paths, random), One(Bodies, random));
        var head = $"{method} {path} HTTP/{One(["1.1", "1.1", "1.1", "1.0", "2.0", "9.9", ""], random)}\r\n";
        var host = One(["Host: localhost\r\n", "Host: localhost\r\n", "", "Host: a\r\nHost: b\r\n", "Host: \u0001\r\n"], random);
        const string Json = "Content-Type: application/json\r\n";
        var text = random.Next(12) switch
        {
            0 => $"{head}{host}{Json}Content-Length: {body.Length}\r\n\r\n{body}",
            1 => $"{head}{host}{Json}Content-Length: {body.Length + random.Next(1, 100)}\r\n\r\n{body}",
            2 => $"{head}{host}{Json}Content-Length: {One(["-1", "99999999999999999999", "8388609", "1,1", "0x10", ""], random)}\r\n\r\n{body}",
            3 => $"{head}{host}{Json}Transfer-Encoding: chunked\r\n\r\n{One(["zz", "-1", "ffffffffffffffff", "80000000", "2;x=y", "0x2", "2 "], random)}\r\n{body}\r\n0\r\n\r\n",
            4 => $"{head}{host}{Json}Transfer-Encoding: {One(["gzip", "chunked, chunked", "identity", "\u00ff"], random)}\r\nContent-Length: 2\r\n\r\n{body}",
            5 => head[..random.Next(head.Length)],
            6 => $"{head}{host}{string.Concat(Enumerable.Range(0, random.Next(1, 200)).Select(n => $"x-{n}: {new string('v', random.Next(400))}\r\n"))}\r\n",
            7 => string.Concat(Enumerable.Repeat($"{head}{host}{Json}Content-Length: {body.Length}\r\n\r\n{body}", random.Next(2, 20))),
            8 => $"{head}{host}{Json}Content-Encoding: {One(["gzip", "br", "x"], random)}\r\nContent-Length: {body.Length}\r\n\r\n{body}",
            9 => $"{head}{host}Authorization: {new string('\u00e9', random.Next(2000))}\r\nx-api-key: {body}\r\n\r\n",
            10 => $"{head}{host}Upgrade: {One(["h2c", "websocket"], random)}\r\nConnection: Upgrade\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n",
            _ => new string([.. Enumerable.Range(0, random.Next(1, 300)).Select(_ => (char)random.Next(256))]),
        };
        var bytes = Encoding.Latin1.GetBytes(text);
        if (bytes.Length > 0 && random.Next(4) == 0)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }

    static string One(string[] choices, Random random) => choices[random.Next(choices.Length)];

    long Memory()
    {
        using var process = Process.GetProcessById(silo.ProcessId);
        return process.WorkingSet64;
    }
}
