using System.Collections.Concurrent;
using System.Text;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Recs.Cluster.Tests.Rig;

/// <summary>A collector of telemetry (OTLP over HTTP) that keeps what it was sent.</summary>
sealed class Collector : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();

    Collector(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public string Address => _app.Urls.First();

    /// <summary>Starts one.</summary>
    public static async Task<Collector> Start()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var collector = new Collector(app);
        app.MapPost("/{**path}", async (string path, HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            collector._received.Enqueue((path, body.ToArray()));
            return Results.Bytes([], "application/x-protobuf");
        });
        await app.StartAsync();
        return collector;
    }

    /// <summary>Whether a message to a path has a name in it: protobuf keeps strings as they are, their length before them.</summary>
    public bool Has(string path, string name)
    {
        byte[] sought = [(byte)name.Length, .. Encoding.UTF8.GetBytes(name)];
        return _received.Any(message => message.Path == path && message.Body.AsSpan().IndexOf(sought) >= 0);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
