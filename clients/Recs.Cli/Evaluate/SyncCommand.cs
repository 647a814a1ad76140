using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.Tables;

namespace Recs.Cli.Evaluate;

/// <summary>The command <c>recs evaluate sync</c>: what it costs to serve from parameters of a while ago.</summary>
static class SyncCommand
{
    static readonly Option<string> Intervals = Evaluations.Text(
        "--intervals", "Events between two synchronisations, with commas; 0 for none.", "0,50000,10000,2000,400");

    static readonly Option<string> Events = Evaluations.Text("--events", "Events after the warm-up.", "200000");

    static readonly Option<string> Seeds = Evaluations.Text("--seeds", "The worlds, A-B.", "1-10");

    static readonly Option<string?> Json = Evaluations.JsonOption();

    public static Command Create()
    {
        var command = new Command("sync", "AUC of a serving copy by the interval at which touched rows reach it.")
        {
            Intervals, Events, Seeds, Json,
        };
        command.SetAction(arguments => Evaluations.Run(() => Run(arguments)));
        return command;
    }

    static void Run(ParseResult arguments)
    {
        var events = Evaluations.Whole(arguments.GetRequiredValue(Events), "--events", 1000, 100_000_000);
        var seeds = SeedRange.Parse(arguments.GetRequiredValue(Seeds), "--seeds", count => new(1, count));
        var lines = Evaluations.Parts(arguments.GetRequiredValue(Intervals))
            .Select(text => Evaluations.Whole(text, "--intervals", 0, 100_000_000))
            .Select(interval => Line(interval, events, seeds)).ToArray();
        var output = Evaluations.JsonOf(arguments, Json);
        if (output.IsJson)
        {
            output.Write(new()
            {
                ["events"] = events,
                ["seeds"] = seeds.Count,
                ["sync"] = new JsonArray([.. lines.Select(line => new JsonObject
                {
                    ["interval"] = line.Interval,
                    ["auc"] = line.Mean,
                    ["error"] = JsonOutput.Number(line.Error),
                })]),
            });
        }

        if (output is { IsJson: true, Path: null })
        {
            return;
        }

        Console.WriteLine("interval        AUC   ± standard error");
        foreach (var (interval, mean, error) in lines)
        {
            var name = interval == 0 ? "none" : interval.ToString(CultureInfo.InvariantCulture);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,8} {mean,10:f4}   {error:f4}"));
        }
    }

    static (int Interval, double Mean, double Error) Line(int interval, int events, SeedRange seeds)
    {
        var values = new double[seeds.Count];
        var work = new ParallelOptions { MaxDegreeOfParallelism = Evaluations.Parallelism };
        Parallel.For(0, values.Length, work, at => values[at] = SyncStudy.Auc(interval, events, (ulong)(seeds.First + at)));
        var mean = values.Average();
        return (interval, mean, Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / Math.Max(1, values.Length - 1) / values.Length));
    }
}
