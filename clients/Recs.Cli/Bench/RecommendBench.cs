using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

using Recs.Cli.Output;
using Recs.Schema.Http;

namespace Recs.Cli.Bench;

/// <summary>The command <c>recs bench recommend</c>: throughput and latency beside an endpoint that does nothing.</summary>
/// <remarks>
/// Both are loaded in turn, in slices, by the same connections in the same process, so what the machine does meanwhile
/// and what the load itself costs falls on both.
/// </remarks>
static class RecommendBench
{
    const int SliceCount = 4;

    static readonly Option<int> Seconds = ServerOptions.Whole("--seconds", "Time for each of the two endpoints.", 10, 1, 3600);

    static readonly Option<int> WarmUp = ServerOptions.Whole("--warm-up", "Seconds before, not measured.", 3, 0, 600);

    static readonly Option<int> Connections = ServerOptions.Whole("--connections", "Requests under way at a time.", 16, 1, 1024);

    static readonly Option<int> Rate = ServerOptions.Whole(
        "--rate", "Requests a second, without the bare endpoint; 0 for as many as the server takes.", 0, 0, 1_000_000);

    static readonly Option<int> Count = ServerOptions.Whole("--count", "Items in a slate.", 20, 1, 100);

    static readonly Option<int> Viewers = ServerOptions.Whole("--viewers", "Different viewers that ask.", 1000, 1, 1_000_000);

    static readonly Option<bool> Prepare = new("--prepare")
    {
        Description = "First give an empty server a catalogue, and its viewers a history.",
    };

    static readonly Option<int> Items = ServerOptions.Whole("--items", "With --prepare: items of the catalogue.", 5000, 1, 1_000_000);

    public static Command Create(ToolContext context)
    {
        var command = ServerOptions.Command(
            "recommend",
            "Throughput and latency of recommendations, beside a bare endpoint that returns the same bytes.",
            Seconds, WarmUp, Connections, Rate, Count, Viewers, Prepare, Items);
        command.SetAction((arguments, cancel) => RunAsync(arguments, context, cancel));
        return command;
    }

    static async Task<int> RunAsync(ParseResult arguments, ToolContext context, CancellationToken cancel)
    {
        var (url, apiKey) = (arguments.GetRequiredValue(ServerOptions.Url), arguments.GetValue(ServerOptions.ApiKey));
        if (arguments.GetValue(Prepare))
        {
            using var http = context.Http(url);
            using var client = context.Client(http, apiKey);
            await new Preparation(client, context).RunAsync(
                arguments.GetValue(Items), arguments.GetValue(Viewers), arguments.GetValue(Count), cancel);
        }

        var endpoint = new Uri(url, "v1/recommend");
        var (connections, count) = (arguments.GetValue(Connections), arguments.GetValue(Count));
        var bodies = Bodies(arguments.GetValue(Viewers), count);
        var answer = await RecordAsync(endpoint, apiKey, bodies[0], cancel);
        if (arguments.GetValue(Rate) is var rate and > 0)
        {
            using var paced = new RequestLoad(endpoint, apiKey, bodies, connections, context.Time);
            return await PaceAsync(paced, rate, arguments, context, cancel);
        }

        await using var bare = await BareProcess.StartAsync(answer, cancel);
        using var recommendLoad = new RequestLoad(endpoint, apiKey, bodies, connections, context.Time);
        using var bareLoad = new RequestLoad(bare.Url, apiKey, bodies, connections, context.Time);

        var warmUp = TimeSpan.FromSeconds(arguments.GetValue(WarmUp));
        await recommendLoad.RunAsync(warmUp, cancel);
        await bareLoad.RunAsync(warmUp, cancel);
        var seconds = arguments.GetValue(Seconds);
        var (recommend, nothing) = await AlternateAsync(recommendLoad, bareLoad, seconds, context.Terminal, cancel);

        var (row, bareRow) = (recommend.Row("recommend"), nothing.Row("bare endpoint"));
        var ratio = Math.Round(row.PerSecond / Math.Max(bareRow.PerSecond, 1e-9), 3);
        var report = new RecommendBenchReport(connections, count, answer.Length, row, bareRow, ratio);
        Print(report, context.Terminal);
        JsonFile.Write(arguments.GetValue(ServerOptions.Json), report, BenchJson.Default.RecommendBenchReport);
        return row.Failures == 0
            ? ExitCode.Success
            : throw new RunFailedException($"{row.Failures} requests failed: status {string.Join(", ", recommend.Failures.Keys)}");
    }

    static async Task<int> PaceAsync(RequestLoad load, int rate, ParseResult arguments, ToolContext context, CancellationToken cancel)
    {
        await load.RunAsync(TimeSpan.FromSeconds(arguments.GetValue(WarmUp)), cancel, rate);
        var figures = await load.RunAsync(TimeSpan.FromSeconds(arguments.GetValue(Seconds)), cancel, rate);
        var row = figures.Row("recommend");
        context.Terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{row.PerSecond:0.0} requests/s, p50 {row.P50Ms:0.000} ms, p99 {row.P99Ms:0.000} ms, {row.Requests} requests, {row.Failures} failed"));
        JsonFile.Write(arguments.GetValue(ServerOptions.Json), row, BenchJson.Default.LoadRow);
        return row.Failures == 0
            ? ExitCode.Success
            : throw new RunFailedException($"{row.Failures} requests failed: status {string.Join(", ", figures.Failures.Keys)}");
    }

    static Task<(LoadFigures Recommend, LoadFigures Bare)> AlternateAsync(
        RequestLoad recommendLoad, RequestLoad bareLoad, int seconds, Terminal terminal, CancellationToken cancel) =>
        terminal.WithProgressAsync("slices", 2 * SliceCount, async progress =>
        {
            var (recommend, bare) = (new LoadFigures(), new LoadFigures());
            var slice = TimeSpan.FromSeconds((double)seconds / SliceCount);
            for (var i = 0; i < SliceCount; i++)
            {
                recommend.Add(await recommendLoad.RunAsync(slice, cancel));
                progress.Report((2 * i) + 1);
                bare.Add(await bareLoad.RunAsync(slice, cancel));
                progress.Report((2 * i) + 2);
            }

            return (recommend, bare);
        });

    static byte[][] Bodies(int viewers, int count)
    {
        var bodies = new byte[viewers][];
        for (var viewer = 0; viewer < viewers; viewer++)
        {
            var request = new RecommendRequest { UserId = Preparation.Viewer(viewer), Count = count };
            bodies[viewer] = JsonSerializer.SerializeToUtf8Bytes(request, RecsJson.Default.RecommendRequest);
        }

        return bodies;
    }

    static async Task<byte[]> RecordAsync(Uri endpoint, string? apiKey, byte[] body, CancellationToken cancel)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        request.Headers.Authorization = apiKey is null ? null : new AuthenticationHeaderValue("Bearer", apiKey);
        request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var response = await http.SendAsync(request, cancel);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancel);
        if (!response.IsSuccessStatusCode)
        {
            throw new RunFailedException(string.Create(CultureInfo.InvariantCulture, $"{endpoint}: status {(int)response.StatusCode}"));
        }

        if (JsonSerializer.Deserialize(bytes, RecsJson.Default.RecommendResponse) is not { Items.Count: > 0 })
        {
            throw new BadInputException($"{endpoint}: nothing is recommended; load a catalogue or give --prepare");
        }

        return bytes;
    }

    static void Print(RecommendBenchReport report, Terminal terminal)
    {
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Connections} connections, {report.Count} items, {report.AnswerBytes} bytes an answer"));
        terminal.Line($"{"",-14} {"requests/s",11} {"p50 ms",9} {"p99 ms",9} {"requests",9} {"failed",7}");
        foreach (var row in (LoadRow[])[report.Recommend, report.Bare])
        {
            terminal.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{row.Name,-14} {row.PerSecond,11:0.0} {row.P50Ms,9:0.000} {row.P99Ms,9:0.000} {row.Requests,9} {row.Failures,7}"));
        }

        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"ratio          {report.Ratio,11:0.000}"));
    }
}
