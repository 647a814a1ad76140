using System.CommandLine;
using System.Globalization;

using Recs.Cli.Output;
using Recs.Client;

namespace Recs.Cli.Simulate;

/// <summary>The command <c>recs simulate</c>: seeded viewers use a server and it learns their taste.</summary>
static class SimulateCommand
{
    static readonly Option<int> Viewers = ServerOptions.Whole("--viewers", "How many viewers there are.", 200, 1, 10_000_000);

    static readonly Option<int> Events = ServerOptions.Whole(
        "--events", "Stop after this many events.", 20_000, 1, 1_000_000_000);

    static readonly Option<int> Seed = ServerOptions.Whole(
        "--seed", "The world: tastes, item qualities and visits.", 1, 0, int.MaxValue);

    static readonly Option<string?> Policy = new("--policy")
    {
        Description = "Policy to ask for; default: the server's own.",
        HelpName = "NAME",
    };

    static readonly Option<int> Count = ServerOptions.Whole("--count", "Items in a slate.", 10, 1, 100);

    static readonly Option<int> Concurrency = ServerOptions.Whole("--concurrency", "Visits at the same time.", 8, 1, 1024);

    static readonly Option<double> ControlShare = ServerOptions.Share(
        "--control-share", "Share of visits served by uniform, to compare with.", 0.1);

    static readonly Option<double> FreshShare = ServerOptions.Share(
        "--fresh-share", "Publish new items during the play, as a share of the catalogue.", 0);

    static readonly Option<int> Items = ServerOptions.Whole(
        "--items", "Items to make up if the server's catalogue is empty.", 1000, 1, 1_000_000);

    static readonly Option<bool> Nonlinear = new("--nonlinear")
    {
        Description = "Viewers like what fits both of two tastes, or neither.",
    };

    static readonly Option<bool> Yes = new("--yes", "-y")
    {
        Description = "Play on a server that holds events already; what is played is learned like anything else.",
    };

    public static Command Create(ToolContext context)
    {
        var command = ServerOptions.Command(
            "simulate",
            "Let seeded viewers use a server; compare its reward with uniform's and an oracle's.",
            Viewers, Events, Seed, Policy, Count, Concurrency, ControlShare, FreshShare, Items, Nonlinear, Yes);
        command.SetAction((arguments, cancel) => RunAsync(arguments, context, cancel));
        return command;
    }

    static async Task<int> RunAsync(ParseResult arguments, ToolContext context, CancellationToken cancel)
    {
        var settings = new SimulateSettings
        {
            Viewers = arguments.GetValue(Viewers),
            Events = arguments.GetValue(Events),
            Seed = arguments.GetValue(Seed),
            Policy = arguments.GetValue(Policy),
            Count = arguments.GetValue(Count),
            Concurrency = arguments.GetValue(Concurrency),
            ControlShare = arguments.GetValue(ControlShare),
            FreshShare = arguments.GetValue(FreshShare),
            IsNonlinear = arguments.GetValue(Nonlinear),
        };
        using var http = context.Http(arguments.GetRequiredValue(ServerOptions.Url));
        using var client = context.Client(http, arguments.GetValue(ServerOptions.ApiKey));
        if (!arguments.GetValue(Yes) && await EventsOf(client, cancel) is > 0 and var events)
        {
            throw new BadInputException(
                $"{arguments.GetRequiredValue(ServerOptions.Url)}: the server holds {events} events that this play did not make, and would learn from simulated viewers; --yes plays nevertheless");
        }

        var catalogue = await PlayedCatalogue.LoadAsync(client, settings.Seed, arguments.GetValue(Items), context, cancel);
        var report = await new Play(client, settings, catalogue, context).RunAsync(cancel);
        Print(report, context.Terminal);
        JsonFile.Write(arguments.GetValue(ServerOptions.Json), report, SimulateJson.Default.SimulateReport);
        return report.EventsRejected == 0
            ? ExitCode.Success
            : throw new RunFailedException($"the server refused {report.EventsRejected} events");
    }

    /// <summary>Events that the server holds; none where the key may not ask, or the server does not say so.</summary>
    static async Task<long> EventsOf(RecsClient client, CancellationToken cancel)
    {
        try
        {
            return (await client.GetStatsAsync(cancel)).Events.Accepted;
        }
        catch (RecsException)
        {
            return 0;
        }
    }

    static void Print(SimulateReport report, Terminal terminal)
    {
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"seed {report.Seed}, {report.Viewers} viewers, {report.Items} items: {report.Decisions} decisions and {report.Events} events in {report.Seconds:0.0} s"));
        terminal.Line("reward (expected clicks) per thousand decisions, tenth by tenth:");
        terminal.Line($"{"events",10} {"policy",10} {"uniform",10} {"oracle",10}");
        foreach (var part in report.Parts)
        {
            terminal.Line($"{part.UpToEvents,10} {Text(part.Policy)} {Text(part.Uniform)} {Text(part.Oracle)}");
        }

        terminal.Line($"{"",-16} {"decisions",10} {"per 1000",10} {"last tenth",10}");
        foreach (var arm in report.Arms)
        {
            terminal.Line($"{arm.Name,-16} {arm.Decisions,10} {Text(arm.RewardPerThousand)} {Text(arm.LastTenth)}");
        }

        if (report.Fresh is { } fresh)
        {
            terminal.Line($"published items: {fresh.Published}, shown {fresh.Shown}, impressions {fresh.Impressions}, clicks {fresh.Clicks}");
        }
    }

    static string Text(double? reward) => (reward?.ToString("0.0", CultureInfo.InvariantCulture) ?? "-").PadLeft(10);
}
