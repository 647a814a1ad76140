using System.CommandLine;
using System.Globalization;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Recs.Cli.Output;

namespace Recs.Cli.Bench;

/// <summary>
/// The hidden command <c>recs bench bare-endpoint</c>: a Kestrel endpoint that reads a request and returns fixed bytes.
/// It is what a recommendation is compared with, and runs in a process of its own like the server it stands beside.
/// </summary>
/// <remarks>Prints its address on one line, and ends when its standard input does: it cannot outlive the tool.</remarks>
static class BareEndpoint
{
    public const string Name = "bare-endpoint";

    static readonly Option<int> Port = ServerOptions.Whole("--port", "Port on loopback; 0 takes a free one.", 0, 0, 65535);

    static readonly Option<string> Bytes = new("--bytes")
    {
        Description = "File whose bytes every POST is answered with.",
        HelpName = "FILE",
        Required = true,
    };

    public static Command Create()
    {
        var command = new Command(Name, "Answer every POST with the same bytes.") { Port, Bytes };
        command.Hidden = true;
        command.SetAction(RunAsync);
        return command;
    }

    static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancel)
    {
        var bytes = await File.ReadAllBytesAsync(arguments.GetRequiredValue(Bytes), cancel);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{arguments.GetValue(Port)}"));
        await using var app = builder.Build();
        app.MapPost("/", (HttpContext http) => AnswerAsync(http, bytes));
        await app.StartAsync(cancel);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        await Console.Out.WriteLineAsync(addresses.Addresses.First());
        while (await Console.In.ReadLineAsync(cancel) is not null)
        {
            // Nothing is expected on standard input but its end.
        }

        await app.StopAsync(cancel);
        return ExitCode.Success;
    }

    static async Task AnswerAsync(HttpContext http, byte[] bytes)
    {
        await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }
}
