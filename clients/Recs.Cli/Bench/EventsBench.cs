using System.CommandLine;
using System.Globalization;

using Recs.Cli.Output;
using Recs.Client;

namespace Recs.Cli.Bench;

/// <summary>The command <c>recs bench events</c>: how many events a second become durable, and how soon.</summary>
static class EventsBench
{
    static readonly TimeSpan AppliedWaitMax = TimeSpan.FromSeconds(30);
    static readonly TimeSpan AppliedPoll = TimeSpan.FromMilliseconds(20);

    static readonly Option<int> Rate = ServerOptions.Whole("--rate", "Events a second to offer.", 2000, 1, 10_000_000);

    static readonly Option<int> Seconds = ServerOptions.Whole("--seconds", "How long.", 10, 1, 3600);

    static readonly Option<int> Batch = ServerOptions.Whole("--batch", "Events in a request.", 100, 1, 10_000);

    static readonly Option<int> Connections = ServerOptions.Whole("--connections", "Requests under way at a time.", 16, 1, 1024);

    static readonly Option<int> Decisions = ServerOptions.Whole(
        "--decisions", "Decisions fetched before, that events are about.", 500, 1, 100_000);

    static readonly Option<string?> Bare = new("--bare")
    {
        Description = "Then also insert rows of the same bytes straight into this database, which holds the log.",
        HelpName = "CONNECTION",
    };

    public static Command Create(ToolContext context)
    {
        var command = ServerOptions.Command(
            "events", "Offer events at a rate; measure what is taken and when it is durable.",
            Rate, Seconds, Batch, Connections, Decisions, Bare);
        command.SetAction((arguments, cancel) => RunAsync(arguments, context, cancel));
        return command;
    }

    /// <summary>Tells the event ids of one run from those of another.</summary>
    public static string RunId(TimeProvider time) =>
        "bench" + time.GetUtcNow().UtcTicks.ToString("x", CultureInfo.InvariantCulture);

    static async Task<int> RunAsync(ParseResult arguments, ToolContext context, CancellationToken cancel)
    {
        const int Slate = 20;
        var apiKey = arguments.GetValue(ServerOptions.ApiKey);
        using var http = context.Http(arguments.GetRequiredValue(ServerOptions.Url));
        using var client = context.Client(http, apiKey);
        var pool = await DecisionPool.FetchAsync(client, arguments.GetValue(Decisions), Slate, _ => true, cancel);
        var load = new EventsLoad(http, apiKey, new EventStream(pool, RunId(context.Time)), context.Time);
        var (rate, seconds) = (arguments.GetValue(Rate), arguments.GetValue(Seconds));
        context.Terminal.Line($"offering {rate} events a second for {seconds} s");
        var figures = await load.RunAsync(
            rate, TimeSpan.FromSeconds(seconds), arguments.GetValue(Batch), arguments.GetValue(Connections), cancel);
        var applied = await AppliedAsync(client, context.Time, cancel);

        var bare = arguments.GetValue(Bare) is { } database
            ? await BareInserts.RunAsync(
                database, arguments.GetValue(Batch), arguments.GetValue(Connections), TimeSpan.FromSeconds(seconds), context.Time, cancel)
            : default;
        var report = new EventsBenchReport(
            rate,
            Math.Round(figures.Accepted / Math.Max(figures.Elapsed.TotalSeconds, 1e-9), 1),
            figures.Accepted,
            figures.Rejected,
            figures.FailedBatches,
            figures.Acks.Percentile(0.5),
            figures.Acks.Percentile(0.99),
            applied is null ? null : Math.Round(applied.Value.TotalMilliseconds, 1),
            bare.EventBytes == 0 ? null : bare.EventBytes,
            bare.EventBytes == 0 ? null : Math.Round(bare.Rows, 1),
            bare.EventBytes == 0 ? null : Math.Round(bare.Merged, 1));
        Print(report, context.Terminal);
        JsonFile.Write(arguments.GetValue(ServerOptions.Json), report, BenchJson.Default.EventsBenchReport);
        return report is { Rejected: 0, FailedBatches: 0 }
            ? ExitCode.Success
            : throw new RunFailedException($"{report.Rejected} events were refused and {report.FailedBatches} batches failed");
    }

    static async Task<TimeSpan?> AppliedAsync(RecsClient client, TimeProvider time, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < AppliedWaitMax)
        {
            if ((await client.GetStatsAsync(cancel)).Events.Pending == 0)
            {
                return time.GetElapsedTime(started);
            }

            await Task.Delay(AppliedPoll, time, cancel);
        }

        return null;
    }

    static void Print(EventsBenchReport report, Terminal terminal)
    {
        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"offered events/s   {report.OfferedPerSecond,10:0.0}"));
        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"accepted events/s  {report.AcceptedPerSecond,10:0.0}"));
        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"ack p50 ms         {report.AckP50Ms,10:0.000}"));
        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"ack p99 ms         {report.AckP99Ms,10:0.000}"));
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"accepted {report.Accepted}, rejected {report.Rejected}, failed batches {report.FailedBatches}"));
        terminal.Line(report.AppliedAfterMs is { } applied
            ? string.Create(CultureInfo.InvariantCulture, $"all applied {applied:0.0} ms after the last answer")
            : "not everything was applied within 30 s");
        if (report is { BareRowsPerSecond: { } rows, BareMergedPerSecond: { } merged })
        {
            terminal.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"bare, a row each   {rows,10:0.0} events of {report.EventBytes} bytes; accepted is {report.AcceptedPerSecond / rows:0.00} of it"));
            terminal.Line(string.Create(
                CultureInfo.InvariantCulture, $"bare, one a batch  {merged,10:0.0} events; accepted is {report.AcceptedPerSecond / merged:0.00} of it"));
        }
    }
}
