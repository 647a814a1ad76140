using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.Fresh;

namespace Recs.Cli.Evaluate;

/// <summary>The command <c>recs evaluate fresh</c>: what a share of the positions for new items brings, and what it costs.</summary>
static class FreshCommand
{
    static readonly Option<string> Shares = Evaluations.Text("--shares", "Shares of the positions for new items, with commas.", "0.01,0.02,0.05");

    static readonly Option<string> Alpha = Evaluations.Text("--alpha", "Width of the confidence bound; 0 ranks by means.", "0");

    static readonly Option<string> Seeds = Evaluations.Text("--seeds", "The worlds, A-B.", "1-40");

    static readonly Option<string?> Json = Evaluations.JsonOption();

    public static Command Create()
    {
        var command = new Command("fresh", "Serve by means with and without a share for new items, where some are published every day.")
        {
            Shares, Alpha, Seeds, Json,
        };
        command.SetAction(arguments => Evaluations.Run(() => Run(arguments)));
        return command;
    }

    static void Run(ParseResult arguments)
    {
        var alpha = Evaluations.Number(arguments.GetRequiredValue(Alpha), "--alpha", 0, 100);
        var seeds = SeedRange.Parse(arguments.GetRequiredValue(Seeds), "--seeds", count => new(1, count));
        double[] shares =
        [
            0,
            .. Evaluations.Parts(arguments.GetRequiredValue(Shares)).Select(text => Evaluations.Number(text, "--shares", 0, 1)).Where(share => share > 0),
        ];
        var outcomes = Play(shares, alpha, seeds);
        var output = Evaluations.JsonOf(arguments, Json);
        if (output.IsJson)
        {
            output.Write(new()
            {
                ["alpha"] = alpha,
                ["seeds"] = seeds.Count,
                ["shares"] = new JsonArray([.. shares.Select((share, at) => Line(share, outcomes[at], outcomes[0]))]),
            });
        }

        if (output is { IsJson: true, Path: null })
        {
            return;
        }

        Console.WriteLine("share    clicks/1000 on new ones   seen/day  discovered   own cost   all clicks %        on new ones %");
        for (var at = 0; at < shares.Length; at++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{shares[at],5:p0} {Mean(outcomes[at], one => one.Clicks),12:f0} {Mean(outcomes[at], one => one.FreshClicks),11:f0} {Mean(outcomes[at], one => one.Seen),10:f1} {Mean(outcomes[at], one => one.Discovered),11:f0} {Mean(outcomes[at], one => one.Direct),10:p2}   {Text(Change(outcomes[at], outcomes[0], one => one.Clicks)),-20} {Text(Change(outcomes[at], outcomes[0], one => one.FreshClicks))}"));
        }
    }

    static FreshOutcome[][] Play(double[] shares, double alpha, SeedRange seeds)
    {
        var outcomes = shares.Select(_ => new FreshOutcome[seeds.Count]).ToArray();
        var work = new ParallelOptions { MaxDegreeOfParallelism = Evaluations.Parallelism };
        Parallel.For(0, seeds.Count, work, at =>
        {
            var world = new FreshWorld(seeds.First + at);
            for (var arm = 0; arm < shares.Length; arm++)
            {
                outcomes[arm][at] = FreshPlay.Run(world, alpha, shares[arm], seeds.First + at);
            }
        });
        return outcomes;
    }

    static JsonObject Line(double share, FreshOutcome[] of, FreshOutcome[] baseline) => new()
    {
        ["share"] = share,
        ["clicksPerThousand"] = Mean(of, one => one.Clicks),
        ["freshClicksPerThousand"] = Mean(of, one => one.FreshClicks),
        ["seenPerDay"] = Mean(of, one => one.Seen),
        ["discovered"] = Mean(of, one => one.Discovered),
        ["ownCost"] = Mean(of, one => one.Direct),
        ["change"] = Ends(Change(of, baseline, one => one.Clicks)),
        ["freshChange"] = Ends(Change(of, baseline, one => one.FreshClicks)),
    };

    static JsonArray Ends(Interval interval) => [interval.Low, interval.Mean, interval.High];

    static double Mean(FreshOutcome[] outcomes, Func<FreshOutcome, double> value) => outcomes.Average(value);

    /// <summary>Relative to the run without a share in the same world, so what worlds differ by is gone.</summary>
    static Interval Change(FreshOutcome[] of, FreshOutcome[] baseline, Func<FreshOutcome, double> value) =>
        Interval.Of([.. of.Zip(baseline, (one, other) => (value(one) / value(other)) - 1)]);

    static string Text(Interval interval) => string.Create(
        CultureInfo.InvariantCulture, $"{100 * interval.Mean:+0.00;-0.00;0} ({100 * interval.Low:+0.00;-0.00;0} … {100 * interval.High:+0.00;-0.00;0})");
}
