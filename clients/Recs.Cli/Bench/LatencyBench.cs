using System.CommandLine;
using System.Globalization;

using Recs.Cli.Output;

namespace Recs.Cli.Bench;

/// <summary>The command <c>recs bench latency</c>: how soon feedback changes what is served, while events pour in.</summary>
static class LatencyBench
{
    const int Batch = 50;
    const int Connections = 8;
    const int Slate = 20;
    const int ProbesWithoutItemMax = 100;

    static readonly Option<int> Rate = ServerOptions.Whole("--rate", "Events a second meanwhile.", 2000, 1, 10_000_000);

    static readonly Option<int> Seconds = ServerOptions.Whole("--seconds", "How long.", 20, 1, 3600);

    static readonly Option<int> Decisions = ServerOptions.Whole(
        "--decisions", "Decisions fetched before, that the events are about.", 500, 1, 100_000);

    static readonly Option<Uri?> Watch = new("--watch")
    {
        Description = "Address of another silo of the cluster, to look for the effect there. Default: where the events go.",
        HelpName = "URL",
        CustomParser = result => ServerOptions.Address(result, "--watch"),
    };

    public static Command Create(ToolContext context)
    {
        var command = ServerOptions.Command(
            "latency", "Time from a click to the statistic it changes, while events arrive.", Rate, Seconds, Decisions, Watch);
        command.SetAction((arguments, cancel) => RunAsync(arguments, context, cancel));
        return command;
    }

    static async Task<int> RunAsync(ParseResult arguments, ToolContext context, CancellationToken cancel)
    {
        var (url, apiKey) = (arguments.GetRequiredValue(ServerOptions.Url), arguments.GetValue(ServerOptions.ApiKey));
        var run = EventsBench.RunId(context.Time);
        using var http = context.Http(url);
        using var client = context.Client(http, apiKey);
        using var pollHttp = context.Http(arguments.GetValue(Watch) ?? url);
        using var poller = context.Client(pollHttp, apiKey);
        var pool = await DecisionPool.FetchAsync(
            client, arguments.GetValue(Decisions), Slate, item => !EffectProbe.IsProbed(item), cancel);

        using var loadHttp = context.Http(url);
        var load = new EventsLoad(loadHttp, apiKey, new EventStream(pool, run), context.Time);
        var (rate, seconds) = (arguments.GetValue(Rate), TimeSpan.FromSeconds(arguments.GetValue(Seconds)));
        var probe = new EffectProbe(client, poller, run, context.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var loading = load.RunAsync(rate, seconds, Batch, Connections, stop.Token);
        try
        {
            await ProbeAsync(probe, seconds, context, cancel);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }

        var figures = await loading;
        var report = Report(probe, figures);
        Print(report, context.Terminal);
        JsonFile.Write(arguments.GetValue(ServerOptions.Json), report, BenchJson.Default.LatencyBenchReport);
        return report.Missed == 0
            ? ExitCode.Success
            : throw new RunFailedException($"{report.Missed} of {report.Probes + report.Missed} clicks had no effect within 5 s");
    }

    static Task<bool> ProbeAsync(EffectProbe probe, TimeSpan duration, ToolContext context, CancellationToken cancel) =>
        context.Terminal.WithProgressAsync("seconds", duration.TotalSeconds, async progress =>
        {
            var started = context.Time.GetTimestamp();
            var without = 0;
            while (context.Time.GetElapsedTime(started) is var elapsed && elapsed < duration)
            {
                without = await probe.RunAsync(cancel) ? 0 : without + 1;
                if (without >= ProbesWithoutItemMax)
                {
                    throw new RunFailedException("no recommended item has a statistic that a click could change");
                }

                progress.Report(elapsed.TotalSeconds, () => $"{probe.SentToVisible.Count} probes");
            }

            return true;
        });

    static LatencyBenchReport Report(EffectProbe probe, EventsFigures figures) => new(
        Math.Round(figures.Accepted / Math.Max(figures.Elapsed.TotalSeconds, 1e-9), 1),
        probe.SentToVisible.Count,
        probe.Missed,
        probe.AckedToVisible.Percentile(0.5),
        probe.AckedToVisible.Percentile(0.99),
        probe.SentToVisible.Percentile(0.5),
        probe.SentToVisible.Percentile(0.99),
        probe.Polls.Percentile(0.5));

    static void Print(LatencyBenchReport report, Terminal terminal)
    {
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Probes} probes at {report.EventsPerSecond:0} events a second, {report.Missed} missed, one look takes {report.PollP50Ms:0.000} ms"));
        terminal.Line($"{"",-18} {"p50 ms",9} {"p99 ms",9}");
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{"202 to visible",-18} {report.AckedToVisibleP50Ms,9:0.000} {report.AckedToVisibleP99Ms,9:0.000}"));
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{"sent to visible",-18} {report.SentToVisibleP50Ms,9:0.000} {report.SentToVisibleP99Ms,9:0.000}"));
    }
}
