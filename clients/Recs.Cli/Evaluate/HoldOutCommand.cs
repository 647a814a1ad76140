using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Recs.Offline;
using Recs.Offline.Embeddings;
using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.HoldOut;
using Recs.Offline.Towers;

namespace Recs.Cli.Evaluate;

/// <summary>The command <c>recs evaluate holdout</c>: what candidate layers find of what viewers liked next.</summary>
static class HoldOutCommand
{
    const double HeldOutShare = 0.2;

    static readonly Option<string?> MovieLens = Evaluations.Optional("--movielens", "A MovieLens folder: movies.csv and ratings.csv.");

    static readonly Option<string> Embeddings = Evaluations.Text("--embeddings", "Kinds with commas: als, two-tower.", "als,two-tower");

    static readonly Option<string> Count = Evaluations.Text("--k", "K: how many items are retrieved.", "20");

    static readonly Option<string> Clusters = Evaluations.Text("--clusters", "Clusters of the graph.", "64");

    static readonly Option<string> Seed = Evaluations.Text("--seed", "Seed of everything that is drawn.", "1");

    static readonly Option<bool> Validation = Evaluations.Switch(
        "--validation", "Hold out the last fifth of the training part instead: for choosing settings.");

    static readonly Option<string> Epochs = Evaluations.Text("--tower-epochs", "Two-tower: passes over the pairs.", Text(new TowerOptions().Epochs));

    static readonly Option<string> Rate = Evaluations.Text("--tower-rate", "Two-tower: step size.", Text(new TowerOptions().Rate));

    static readonly Option<string> Temperature = Evaluations.Text("--tower-temperature", "Two-tower: temperature.", Text(new TowerOptions().Temperature));

    static readonly Option<string> Dropout = Evaluations.Text("--tower-dropout", "Two-tower: share of items without their own vector.", Text(new TowerOptions().Dropout));

    static readonly Option<string> Decay = Evaluations.Text("--tower-decay", "Two-tower: pull of items' own vectors to 0.", Text(new TowerOptions().Decay));

    static readonly Option<string?> Json = new("--json")
    {
        Description = "Print one JSON object, or write it to a file.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create()
    {
        var command = new Command("holdout", "Train on each viewer's past and look for what they liked next, against popularity and chance.")
        {
            MovieLens, Embeddings, Count, Clusters, Seed, Validation, Epochs, Rate, Temperature, Dropout, Decay, Json,
        };
        command.SetAction(arguments => Evaluations.Run(() => Run(arguments)));
        return command;
    }

    static void Run(ParseResult arguments)
    {
        var folder = arguments.GetValue(MovieLens) ?? throw new EvaluationException("holdout: give --movielens DIR");
        var count = Evaluations.Whole(arguments.GetRequiredValue(Count), "--k", 1, 1000);
        var kinds = Evaluations.Parts(arguments.GetRequiredValue(Embeddings)).Select(KindOf).ToArray();
        var (items, meetings) = MovieLensData.Read(folder);
        var split = new TimeSplit(items, meetings, HeldOutShare);
        split = arguments.GetValue(Validation) ? split.Validation(HeldOutShare) : split;
        var evaluation = new HoldOutEvaluation(split, OptionsOf(arguments), count, TimeProvider.System);
        var (all, cold) = evaluation.Run(kinds, CancellationToken.None);
        var output = new JsonOutput(arguments.GetResult(Json) is not null, arguments.GetValue(Json));
        if (output.IsJson)
        {
            output.Write(new()
            {
                ["k"] = count,
                ["items"] = items.Count,
                ["itemsWithoutHistory"] = split.IsCold.Count(isCold => isCold),
                ["all"] = new JsonArray([.. all.Select(Entry)]),
                ["withoutHistory"] = new JsonArray([.. cold.Select(Entry)]),
            });
        }

        if (!output.IsJson || output.Path is not null)
        {
            Console.WriteLine($"{items.Count} items, {split.Past.Count} meetings in the past, {split.IsCold.Count(isCold => isCold)} items without any");
            Print($"all items, {all[0].Viewers} viewers", count, all);
            Print($"items without history, {cold[0].Viewers} viewers", count, cold);
        }
    }

    static RetrainOptions OptionsOf(ParseResult arguments) => new()
    {
        Clusters = Evaluations.Whole(arguments.GetRequiredValue(Clusters), "--clusters", 1, 100_000),
        Seed = (ulong)Evaluations.Whole(arguments.GetRequiredValue(Seed), "--seed", 0, int.MaxValue),
        Towers = new()
        {
            Epochs = Evaluations.Whole(arguments.GetRequiredValue(Epochs), "--tower-epochs", 1, 1000),
            Rate = (float)Evaluations.Number(arguments.GetRequiredValue(Rate), "--tower-rate", 1e-6, 10),
            Temperature = (float)Evaluations.Number(arguments.GetRequiredValue(Temperature), "--tower-temperature", 1e-3, 10),
            Dropout = (float)Evaluations.Number(arguments.GetRequiredValue(Dropout), "--tower-dropout", 0, 1),
            Decay = (float)Evaluations.Number(arguments.GetRequiredValue(Decay), "--tower-decay", 0, 1),
        },
    };

    static EmbeddingKind KindOf(string name) => name switch
    {
        "als" => EmbeddingKind.Als,
        "two-tower" => EmbeddingKind.TwoTower,
        _ => throw new EvaluationException($"--embeddings: '{name}' is neither als nor two-tower"),
    };

    static void Print(string title, int count, IReadOnlyList<RetrievalQuality> lines)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"\n{title,-40} {"recall@" + count,10} {"NDCG@" + count,10} {"coverage",9}   times {lines[0].Method}"));
        foreach (var line in lines)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{line.Method,-40} {line.Recall,10:F4} {line.Ndcg,10:F4} {line.Coverage,9:P1}   {line.Recall / lines[0].Recall,5:F2}"));
        }
    }

    static JsonObject Entry(RetrievalQuality line) => new()
    {
        ["method"] = line.Method,
        ["recall"] = line.Recall,
        ["ndcg"] = line.Ndcg,
        ["coverage"] = line.Coverage,
        ["viewers"] = line.Viewers,
    };

    static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
