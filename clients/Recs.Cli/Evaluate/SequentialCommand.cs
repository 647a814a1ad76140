using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.OffPolicy;
using Recs.Offline.Evaluation.Sequential;

namespace Recs.Cli.Evaluate;

/// <summary>The command <c>recs evaluate sequential</c>: counterfactual risk minimisation, roll-out after roll-out.</summary>
static class SequentialCommand
{
    const int ToyRollouts = 15;
    const int ToyFirst = 100;
    const double ToyPenalty = 0.1;
    const int StudyLogs = 500;
    const int StudyRows = 1000;
    const double StudyClip = 10;
    const int BlendRollouts = 6;
    const int BlendFirst = 250;
    const double BlendPenalty = 1;

    static readonly Option<string> Experiment = Evaluations.Text(
        "--experiment", "toy (one Gaussian policy), estimators (weights that are huge and rare) or blend (weights of the layers).", "toy");

    static readonly Option<string> Seeds = Evaluations.Text("--seeds", "Number of seeds (1 to N), or a range A-B.", "10");

    static readonly Option<string?> Json = new("--json")
    {
        Description = "Print one JSON object, or write it to a file.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create()
    {
        var command = new Command("sequential", "Fit policies on their own logs by counterfactual risk, in roll-outs of doubling length.") { Experiment, Seeds, Json };
        command.SetAction(arguments => Evaluations.Run(() => Run(arguments)));
        return command;
    }

    static void Run(ParseResult arguments)
    {
        var seeds = SeedRange.Parse(arguments.GetRequiredValue(Seeds), "--seeds", count => new(1, count));
        var (lines, document) = arguments.GetRequiredValue(Experiment) switch
        {
            "toy" => Toy(seeds),
            "estimators" => Estimators(seeds),
            "blend" => Blend(seeds),
            var other => throw new EvaluationException($"--experiment: '{other}' is not toy, estimators or blend"),
        };
        var output = new JsonOutput(arguments.GetResult(Json) is not null, arguments.GetValue(Json));
        if (output.IsJson)
        {
            output.Write(document);
        }

        if (!output.IsJson || output.Path is not null)
        {
            foreach (var line in lines)
            {
                Console.WriteLine(line);
            }
        }
    }

    static (IReadOnlyList<string> Lines, JsonObject Document) Toy(SeedRange seeds)
    {
        var toy = new GaussianToy(ToyRollouts, ToyFirst, ToyPenalty);
        var runs = new (double[] Sequential, double[] Fixed)[seeds.Count];
        Parallel.For(
            0, seeds.Count, new ParallelOptions { MaxDegreeOfParallelism = Evaluations.Parallelism },
            index => runs[index] = toy.Run(seeds.First + index));
        var (sequential, stays) = (Curve(runs.Select(run => run.Sequential)), Curve(runs.Select(run => run.Fixed)));
        List<string> lines = [$"{"roll-out",-10} {"newest policy serves",28} {"first policy serves on",28}"];
        lines.AddRange(sequential.Select((interval, rollout) => $"{rollout,-10} {Text(interval),28} {Text(stays[rollout]),28}"));
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"best {GaussianToy.LossOf(1):F3}"));
        return (lines, new() { ["sequential"] = Numbers(sequential), ["fixed"] = Numbers(stays), ["best"] = GaussianToy.LossOf(1) });
    }

    static (IReadOnlyList<string> Lines, JsonObject Document) Estimators(SeedRange seeds)
    {
        var lines = WeightStudy.Run(StudyLogs, StudyRows, StudyClip, seeds.First);
        List<string> table = [$"{"estimator",-12} {"squared bias",13} {"variance",10} {"mean weight",12}"];
        table.AddRange(lines.Select(line => string.Create(
            CultureInfo.InvariantCulture, $"{EstimatorNames.Of(line.Estimator),-12} {line.SquaredBias,13:F4} {line.Variance,10:F4} {line.MeanWeight,12:F2}")));
        return (table, new()
        {
            ["estimators"] = new JsonArray([.. lines.Select(line => new JsonObject
            {
                ["name"] = EstimatorNames.Of(line.Estimator),
                ["squaredBias"] = line.SquaredBias,
                ["variance"] = line.Variance,
                ["meanWeight"] = line.MeanWeight,
            })]),
        });
    }

    static (IReadOnlyList<string> Lines, JsonObject Document) Blend(SeedRange seeds)
    {
        var runs = new (double[] Values, double Best)[seeds.Count];
        Parallel.For(
            0, seeds.Count, new ParallelOptions { MaxDegreeOfParallelism = Evaluations.Parallelism },
            index => runs[index] = BlendWorld.Run(BlendRollouts, BlendFirst, BlendPenalty, seeds.First + index));
        var curve = Curve(runs.Select(run => run.Values));
        var best = runs.Average(run => run.Best);
        List<string> lines = [$"{"roll-out",-10} {"value",28}"];
        lines.AddRange(curve.Select((interval, rollout) => $"{rollout,-10} {Text(interval),28}"));
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"best {best:F4}"));
        return (lines, new() { ["values"] = Numbers(curve), ["best"] = best });
    }

    static Interval[] Curve(IEnumerable<double[]> runs)
    {
        var all = runs.ToArray();
        return [.. all[0].Select((_, rollout) => Interval.Of([.. all.Select(run => run[rollout])]))];
    }

    static JsonArray Numbers(Interval[] curve) =>
        new([.. curve.Select(interval => new JsonObject { ["mean"] = interval.Mean, ["low"] = interval.Low, ["high"] = interval.High })]);

    static string Text(Interval interval) => string.Create(
        CultureInfo.InvariantCulture, $"{interval.Mean:F4} [{interval.Low:F4}, {interval.High:F4}]");
}
