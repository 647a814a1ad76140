using System.CommandLine;
using Recs.Neural.Combinatorial;
using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.Combinatorial;

namespace Recs.Cli.Evaluate;

/// <summary>The command <c>recs evaluate cnb</c>: the published experiments on combinatorial neural bandits, repeated.</summary>
static class CombinatorialCommand
{
    const int RoundsMax = 4000;
    const int DimensionsMax = 400;
    const int SimulationsMax = 100;
    const int CosineRounds = 4000;
    const int OtherRounds = 2000;

    static readonly Option<string> Setting =
        Evaluations.Text("--setting", "Score of an arm: h1 (linear), h2 (quadratic) or h3 (cosine).", "h2");

    static readonly Option<string> Dimensions = Evaluations.Text("--dims", "Features of an arm.", "80");

    static readonly Option<string?> Rounds = Evaluations.Optional("--rounds", "Rounds; by default 2000, for h3 4000.");

    static readonly Option<string> Simulations = Evaluations.Text("--simulations", "Simulations of each policy.", "3");

    static readonly Option<string> Seed = Evaluations.Text("--seed", "Seed of the first simulation; the next have the next.", "1");

    static readonly Option<string> Policies =
        Evaluations.Text("--policies", "cn-ucb, cn-ts, cn-ts1 (one draw), lin-ucb, lin-ts, with commas.", "cn-ucb,cn-ts,lin-ucb,lin-ts");

    static readonly Option<bool> Diagonal = Evaluations.Switch("--diagonal", "Only the diagonal of Z: the form for production.");

    static readonly Option<bool> Inverse =
        Evaluations.Switch("--inverse", "Hold Z as its inverse (p² numbers) and not as the Gram matrix of the history; the same widths.");

    static readonly Option<bool> AsWritten = Evaluations.Switch(
        "--as-written", "The algorithms as the paper writes them, and not as the released code that made the published figures.");

    static readonly Option<string?> Plot = Evaluations.Optional("--plot", "Write cumulative regret over rounds as a PNG.");

    static readonly Option<string?> Json = Evaluations.Optional("--json", "Write the result to this file.");

    public static Command Create()
    {
        var command = new Command("cnb", "Repeat the published experiments on combinatorial neural bandits (arXiv:2306.00242).")
        {
            Setting, Dimensions, Rounds, Simulations, Seed, Policies, Diagonal, Inverse, AsWritten, Plot, Json,
        };
        command.SetAction(arguments => Evaluations.Run(() => Run(arguments)));
        return command;
    }

    static void Run(ParseResult arguments)
    {
        var settings = SettingsOf(arguments);
        var plot = FileOf(arguments.GetValue(Plot), "--plot");
        var json = FileOf(arguments.GetValue(Json), "--json");
        SlatePolicyKind[] kinds = [.. Evaluations.Parts(arguments.GetRequiredValue(Policies)).Select(KindOf)];
        var first = Evaluations.Whole(arguments.GetRequiredValue(Seed), "--seed", 0, 1_000_000_000);
        var count = Evaluations.Whole(arguments.GetRequiredValue(Simulations), "--simulations", 1, SimulationsMax);
        if (kinds.Length == 0)
        {
            throw new EvaluationException("--policies needs at least one policy");
        }

        var seeds = new SeedRange(first, first + count - 1);
        var experiment = new SlateExperiment(settings, TimeProvider.System);
        CombinatorialReport.PrintHead(settings, seeds);
        var lines = new List<CombinatorialLine>();
        foreach (var kind in kinds)
        {
            lines.Add(CombinatorialLine.Of(new SlateArm(kind, settings), experiment.Run(kind, seeds)));
            CombinatorialReport.Print(lines[^1]);
        }

        if (plot is not null)
        {
            CombinatorialPlot.Write(plot, arguments.GetRequiredValue(Setting), lines);
        }

        if (json is not null)
        {
            CombinatorialReport.WriteJson(json, settings, seeds, lines);
        }
    }

    static SlateSettings SettingsOf(ParseResult arguments)
    {
        var function = arguments.GetRequiredValue(Setting) switch
        {
            "h1" => ScoreFunction.Linear,
            "h2" => ScoreFunction.Quadratic,
            "h3" => ScoreFunction.Cosine,
            var other => throw new EvaluationException($"--setting: '{other}' is not h1, h2 or h3"),
        };
        if (arguments.GetValue(Diagonal) && arguments.GetValue(Inverse))
        {
            throw new EvaluationException("--diagonal and --inverse exclude each other");
        }

        var byDefault = function is ScoreFunction.Cosine ? CosineRounds : OtherRounds;
        return new()
        {
            Function = function,
            Dimensions = Evaluations.Whole(arguments.GetRequiredValue(Dimensions), "--dims", 1, DimensionsMax),
            Rounds = arguments.GetValue(Rounds) is { } text ? Evaluations.Whole(text, "--rounds", 1, RoundsMax) : byDefault,
            Covariance = arguments.GetValue(Diagonal) ? CovarianceForm.Diagonal
                : arguments.GetValue(Inverse) ? CovarianceForm.Woodbury
                : CovarianceForm.Gram,
            AsReleased = !arguments.GetValue(AsWritten),
            Parallelism = Evaluations.Parallelism,
        };
    }

    // A run takes minutes: a folder that is not there is said before it.
    static string? FileOf(string? path, string option) =>
        path is null || Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path)))
            ? path
            : throw new EvaluationException($"{option}: the folder of '{path}' does not exist");

    static SlatePolicyKind KindOf(string name) => name switch
    {
        "cn-ucb" => SlatePolicyKind.NeuralUcb,
        "cn-ts" => SlatePolicyKind.NeuralThompson,
        "cn-ts1" => SlatePolicyKind.NeuralThompsonSingle,
        "lin-ucb" => SlatePolicyKind.LinearUcb,
        "lin-ts" => SlatePolicyKind.LinearThompson,
        _ => throw new EvaluationException($"--policies: '{name}' is not cn-ucb, cn-ts, cn-ts1, lin-ucb or lin-ts"),
    };
}
