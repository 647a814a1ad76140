using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.OffPolicy;
using Recs.Offline.Evaluation.Policies;
using Recs.Offline.Evaluation.Regrets;

namespace Recs.Cli.Evaluate;

/// <summary>The command <c>recs evaluate replay</c>: learning policies on the rows of a uniform log that they agree with.</summary>
static class ReplayCommand
{
    static readonly Option<string?> Log = Evaluations.Optional(
        "--log", "A uniformly logged file: action,reward, features x_*, optional propensity; plain or gzip.");

    static readonly Option<string> Format =
        Evaluations.Text("--format", "Format of --log: csv, or obd (a table of the Open Bandit Dataset as published).", "csv");

    static readonly Option<string> Policies = Evaluations.Text(
        "--policies", "Policies with commas, each NAME[:alpha=A][:l1=X][:l2=X][:ridge=X].", "uniform,popular,epsilon-greedy,ucb1,beta-ts,hier-ucb,hier-ts");

    static readonly Option<string> Seeds = Evaluations.Text("--seeds", "Number of random orders (seeds 1 to N), or a range A-B.", "20");

    static readonly Option<string?> Json = new("--json")
    {
        Description = "Print one JSON object, or write it to a file.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create()
    {
        var command = new Command("replay", "Let policies learn from the rows of a uniform log that they agree with.")
        {
            Log, Format, Policies, Seeds, Json,
        };
        command.SetAction(arguments => Evaluations.Run(() => Run(arguments)));
        return command;
    }

    static void Run(ParseResult arguments)
    {
        var path = arguments.GetValue(Log) ?? throw new EvaluationException("replay: give --log FILE");
        var seeds = SeedRange.Parse(arguments.GetRequiredValue(Seeds), "--seeds", count => new(1, count));
        var specifications = PolicySpecification.ParseList(arguments.GetRequiredValue(Policies), RegretSettings.Default);
        var log = arguments.GetRequiredValue(Format) switch
        {
            "csv" => BanditLogFile.Read(path, uniform: true).Log,
            "obd" => OpenBanditData.ReadFile(path),
            var other => throw new EvaluationException($"--format: '{other}' is neither csv nor obd"),
        };
        var replay = new ReplayEvaluation(log);
        var output = new JsonOutput(arguments.GetResult(Json) is not null, arguments.GetValue(Json));
        var lines = specifications
            .Select(specification => Play(replay, new(specification.Settings, Clustering.Default), seeds)).ToArray();
        if (output.IsJson)
        {
            output.Write(new JsonObject { ["log"] = log.Name, ["rows"] = log.RowCount, ["policies"] = new JsonArray([.. lines.Select(Entry)]) });
        }

        if (!output.IsJson || output.Path is not null)
        {
            Print(log, seeds, lines);
        }
    }

    static ReplayLine Play(ReplayEvaluation replay, RegretArm arm, SeedRange seeds)
    {
        var outcomes = new ReplayOutcome[seeds.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Evaluations.Parallelism };
        Parallel.For(0, seeds.Count, parallel, index => outcomes[index] = replay.Run(arm, seeds.First + index));
        return ReplayLine.Of(arm, outcomes);
    }

    static void Print(BanditLog log, SeedRange seeds, ReplayLine[] lines)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{log.Name}: {log.RowCount} rows, {log.Actions.Count} actions, mean reward {log.Rewards.Average():F5}; orders {seeds.First}-{seeds.Last}"));
        Console.WriteLine($"{"policy",-16} {"reward",8}   {"95 % interval of one order",26}   {"kept",8}  settings");
        foreach (var line in lines)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{line.Policy,-16} {line.Value,8:F5}   [{line.Interval.Low,12:F5}, {line.Interval.High,10:F5}]   {line.Kept,8:F1}  {line.Settings}"));
        }
    }

    static JsonObject Entry(ReplayLine line) => new()
    {
        ["policy"] = line.Policy,
        ["mean"] = JsonOutput.Number(line.Value),
        ["low"] = line.Interval.Low,
        ["high"] = line.Interval.High,
        ["kept"] = line.Kept,
        ["settings"] = line.Settings,
    };
}
