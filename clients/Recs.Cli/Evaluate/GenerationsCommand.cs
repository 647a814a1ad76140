using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.Generations;
using Recs.Offline.Guards;
using ScottPlot;

namespace Recs.Cli.Evaluate;

/// <summary>The command <c>recs evaluate generations</c>: a policy retrained on its own log, with guard-rails and without.</summary>
static class GenerationsCommand
{
    const int WidthPixels = 1000;
    const int HeightPixels = 600;
    const double BandOpacity = 0.15;

    static readonly Option<string> Generations = Evaluations.Text("--generations", "Generations.", "10");

    static readonly Option<string> Seeds = Evaluations.Text("--seeds", "Number of seeds (1 to N), or a range A-B.", "30");

    static readonly Option<string?> Plot = Evaluations.Optional("--plot", "Write the value over generations as a PNG.");

    static readonly Option<string?> Json = new("--json")
    {
        Description = "Print one JSON object, or write it to a file.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create()
    {
        var command = new Command("generations", "Retrain a policy on its own log again and again, with guard-rails and without.") { Generations, Seeds, Plot, Json };
        command.SetAction(arguments => Evaluations.Run(() => Run(arguments)));
        return command;
    }

    static void Run(ParseResult arguments)
    {
        var generations = Evaluations.Whole(arguments.GetRequiredValue(Generations), "--generations", 2, 1000);
        var seeds = SeedRange.Parse(arguments.GetRequiredValue(Seeds), "--seeds", count => new(1, count));
        var arms = new[] { ("without guard-rails", (GuardRails?)null), ("with guard-rails", new GuardRails()) }
            .Select(arm => GenerationSummary.Of(arm.Item1, Play(generations, seeds, arm.Item2))).ToArray();
        if (arguments.GetValue(Plot) is { } path)
        {
            Draw(path, arms);
        }

        var output = new JsonOutput(arguments.GetResult(Json) is not null, arguments.GetValue(Json));
        if (output.IsJson)
        {
            output.Write(new() { ["generations"] = generations, ["seeds"] = seeds.Count, ["arms"] = new JsonArray([.. arms.Select(Entry)]) });
        }

        if (!output.IsJson || output.Path is not null)
        {
            Print(arms);
        }
    }

    static GenerationOutcome[][] Play(int generations, SeedRange seeds, GuardRails? rails)
    {
        var outcomes = new GenerationOutcome[seeds.Count][];
        Parallel.For(
            0, seeds.Count, new ParallelOptions { MaxDegreeOfParallelism = Evaluations.Parallelism },
            index => outcomes[index] = GenerationStudy.Run(generations, seeds.First + index, rails));
        return outcomes;
    }

    static void Print(GenerationSummary[] arms)
    {
        foreach (var arm in arms)
        {
            Console.WriteLine($"\n{arm.Name}\n{"generation",-12} {"share of the best",22} {"positive rate",14} {"calibration error",18} {"KL",7} {"rolled back",12}");
            for (var g = 0; g < arm.Values.Count; g++)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{g,-12} {Text(arm.Values[g]),22} {arm.PositiveRates[g],14:P1} {arm.CalibrationErrors[g],18:F4} {arm.Divergences[g],7:F2} {arm.RolledBack[g],12:P0}"));
            }

            Console.WriteLine($"mean from generation 2 on {Text(arm.Mean)}, mean drop between generations {Text(arm.Drop)}, worst drop {Text(arm.Worst)}");
        }
    }

    static void Draw(string path, GenerationSummary[] arms)
    {
        using var plot = new Plot();
        Color[] colors = [Colors.Red, Colors.Navy];
        for (var i = 0; i < arms.Length; i++)
        {
            var (arm, color) = (arms[i], colors[i]);
            double[] xs = [.. Enumerable.Range(0, arm.Values.Count).Select(g => (double)g)];
            var band = plot.Add.FillY(xs, [.. arm.Values.Select(value => value.Low)], [.. arm.Values.Select(value => value.High)]);
            band.FillColor = color.WithAlpha(BandOpacity);
            band.LineWidth = 0;
            var line = plot.Add.Scatter(xs, arm.Values.Select(value => value.Mean).ToArray(), color);
            line.LineWidth = 2;
            line.LegendText = arm.Name;
            foreach (var seed in arm.Curves.Take(3))
            {
                var thin = plot.Add.ScatterLine(xs, seed, color.WithAlpha(0.4));
                thin.LineWidth = 1;
            }
        }

        plot.Title("A policy retrained on its own log: three seeds (thin), mean and 95 % interval");
        plot.XLabel("generation");
        plot.YLabel("expected reward, as a share of the best action's");
        plot.ShowLegend(Alignment.LowerRight);
        plot.SavePng(path, WidthPixels, HeightPixels);
    }

    static JsonObject Entry(GenerationSummary arm) => new()
    {
        ["name"] = arm.Name,
        ["values"] = new JsonArray([.. arm.Values.Select(Bounds)]),
        ["positiveRates"] = new JsonArray([.. arm.PositiveRates.Select(rate => JsonValue.Create(rate))]),
        ["calibrationErrors"] = new JsonArray([.. arm.CalibrationErrors.Select(error => JsonValue.Create(error))]),
        ["divergences"] = new JsonArray([.. arm.Divergences.Select(value => JsonValue.Create(value))]),
        ["mean"] = Bounds(arm.Mean),
        ["meanDrop"] = Bounds(arm.Drop),
        ["worstDrop"] = Bounds(arm.Worst),
    };

    static JsonObject Bounds(Interval interval) => new() { ["mean"] = interval.Mean, ["low"] = interval.Low, ["high"] = interval.High };

    static string Text(Interval interval) => string.Create(
        CultureInfo.InvariantCulture, $"{interval.Mean:F4} [{interval.Low:F4}, {interval.High:F4}]");
}
