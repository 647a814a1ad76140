using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Recs.Silo.Door;
using Recs.Silo.Options;
using Recs.Storage;

namespace Recs.Cluster.Tests.Door;

/// <summary>The door alone before endpoints of a test, on a real web server.</summary>
sealed class DoorHost : IAsyncDisposable
{
    readonly WebApplication _app;

    DoorHost(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Http { get; }

    public BodyBudget Budget => _app.Services.GetRequiredService<BodyBudget>();

    public static async Task<DoorHost> Start(RecsOptions options, TimeProvider? time = null, ILoggerProvider? logs = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        if (logs is not null)
        {
            builder.Logging.AddProvider(logs);
        }

        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(time ?? TimeProvider.System).AddDoor(options);
        var app = builder.Build();
        app.UseDoor();
        app.MapGet("/", () => "page");
        app.MapGet("/health/live", () => "live");
        app.MapPost("/serve", () => "served").Needs(Role.Serve);
        app.MapPut("/catalogue", () => "kept").Needs(Role.Catalogue);
        app.MapGet("/admin", () => "told").Needs(Role.Admin);
        app.MapPost("/read", async (HttpContext context) =>
        {
            using var json = await Json.Read(context, options.Limits.BodyBytesMax);
            return json.RootElement.GetArrayLength();
        });
        app.MapGet("/fault", string () => throw new InvalidOperationException("a secret of ours"));
        app.MapGet("/overloaded", string () => throw new LogOverloadedException("The log is full."));
        app.MapGet("/unavailable", string () => throw new TimeoutException("a secret of ours"));
        app.MapGet("/halfway", async (HttpContext context) =>
        {
            await context.Response.WriteAsync("{\"half\":");
            await context.Response.Body.FlushAsync();
            throw new InvalidOperationException("after the beginning");
        });
        await app.StartAsync();
        return new DoorHost(app);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
