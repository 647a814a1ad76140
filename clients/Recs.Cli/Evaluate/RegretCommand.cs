using System.CommandLine;
using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.Policies;
using Recs.Offline.Evaluation.Regrets;
using Recs.Offline.Evaluation.Tables;

namespace Recs.Cli.Evaluate;

/// <summary>The command <c>recs evaluate regret</c>: policies learning online against a full-information table.</summary>
static class RegretCommand
{
    const int RoundsMax = 100_000_000;
    const int TuneSeedCount = 5;

    static readonly Option<string?> Matrix = Evaluations.Optional(
        "--matrix", "user,item,reward rows, plain or gzip; users without a reward for every item are dropped.");

    static readonly Option<string> ContextItems =
        Evaluations.Text("--context-items", "With --matrix: the first N items are the context, the rest the arms.", "10");

    static readonly Option<string?> Threshold =
        Evaluations.Optional("--threshold", "With --matrix: a reward is 1 from this value on and 0 below.");

    static readonly Option<string?> Classification =
        Evaluations.Optional("--classification", "A table of examples; each class is an arm, reward 1 for the right one.");

    static readonly Option<string?> Label = Evaluations.Optional(
        "--label", "With --classification: the column of the class; its number from 1 if the file has no header.");

    static readonly Option<bool> NoRepeats =
        Evaluations.Switch("--no-repeats", "An arm is shown to a row at most once; rows cycle in random order.");

    static readonly Option<string> Delay = Evaluations.Text("--delay", "Decisions by which feedback is late.", "0");

    static readonly Option<string> Rounds = Evaluations.Text("--rounds", "Decisions per run.", "20000");

    static readonly Option<string> Seeds =
        Evaluations.Text("--seeds", "Number of reported seeds (1 to N), or a range A-B.", "10");

    static readonly Option<string?> TuneSeeds = Evaluations.Optional(
        "--tune-seeds", $"Seeds A-B on which settings are chosen; by default the {TuneSeedCount} after the reported ones.");

    static readonly Option<string> Settings = Evaluations.Text(
        "--settings", "tuned (each policy's best on the tuning seeds) or default (fixed settings and the first of --clusters and --k, quick).", "tuned");

    static readonly Option<string> Policies = Evaluations.Text(
        "--policies", "Policies with commas, each NAME[:alpha=A][:l1=X][:l2=X][:ridge=X].", RegretSettings.AllPolicies);

    static readonly Option<string> Clusters =
        Evaluations.Text(
        "--clusters", "Clusters of contexts for the diag and hier policies; tuning chooses among several with commas.", "64,16");

    static readonly Option<string> Active = Evaluations.Text(
        "--k", "Clusters a request belongs to; tuning chooses among several with commas.", "5,1");

    static readonly Option<string> Temperature = Evaluations.Text("--temperature", "Temperature of the cluster weights.", "0.5");

    static readonly Option<string?> Plot = Evaluations.Optional("--plot", "Write cumulative regret over decisions as a PNG.");

    static readonly Option<string?> Json = Evaluations.JsonOption();

    public static Command Create()
    {
        var command = new Command("regret", "Compare policies that learn online against a full-information table.")
        {
            Matrix, ContextItems, Threshold, Classification, Label, NoRepeats, Delay, Rounds, Seeds, TuneSeeds, Settings,
            Policies, Clusters, Active, Temperature, Plot, Json,
        };
        command.SetAction(arguments => Evaluations.Run(() => Run(arguments)));
        return command;
    }

    static void Run(ParseResult arguments)
    {
        var seeds = SeedRange.Parse(arguments.GetRequiredValue(Seeds), "--seeds", count => new(1, count));
        var tuneSeeds = TuneSeedsOf(arguments, seeds);
        var policies = PolicySpecification.ParseList(arguments.GetRequiredValue(Policies), RegretSettings.Default);
        if (policies.Any(policy => policy.Clusters is not null))
        {
            throw new EvaluationException("--policies: k is one for all policies here; use --k");
        }

        var options = OptionsOf(arguments);
        var table = TableOf(arguments);
        var clusterings = ClusteringsOf(arguments);
        var experiment = new RegretExperiment(table, options);
        var arms = tuneSeeds is { } range
            ? experiment.Tune(policies, clusterings, range)
            : [.. policies.Select(policy => new RegretArm(policy.Settings, clusterings[0]))];
        var outcomes = experiment.Run(arms, seeds);
        var lines = RegretLine.Of(arms, outcomes);
        if (arguments.GetValue(Plot) is { } path)
        {
            RegretPlot.Write(path, table.Name, options, lines);
        }

        var output = Evaluations.JsonOf(arguments, Json);
        if (output.IsJson)
        {
            output.Write(RegretReport.Json(lines));
        }

        if (!output.IsJson || output.Path is not null)
        {
            RegretReport.Print(table, options, seeds, tuneSeeds, lines);
        }
    }

    static SeedRange? TuneSeedsOf(ParseResult arguments, SeedRange seeds)
    {
        var text = arguments.GetValue(TuneSeeds);
        var settings = arguments.GetRequiredValue(Settings);
        if (settings is not ("tuned" or "default"))
        {
            throw new EvaluationException($"--settings: '{settings}' is neither tuned nor default");
        }

        if (settings is "default")
        {
            return null;
        }

        var range = text is null
            ? new SeedRange(seeds.Last + 1, seeds.Last + TuneSeedCount)
            : SeedRange.Parse(text, "--tune-seeds", count => new(seeds.Last + 1, seeds.Last + count));
        return range.First <= seeds.Last && seeds.First <= range.Last
            ? throw new EvaluationException("--tune-seeds: the tuning seeds overlap the reported ones")
            : range;
    }

    static RegretOptions OptionsOf(ParseResult arguments) => new()
    {
        Rounds = Evaluations.Whole(arguments.GetRequiredValue(Rounds), "--rounds", 1, RoundsMax),
        Delay = Evaluations.Whole(arguments.GetRequiredValue(Delay), "--delay", 0, RoundsMax),
        NoRepeats = arguments.GetValue(NoRepeats),
        Parallelism = Evaluations.Parallelism,
    };

    static Clustering[] ClusteringsOf(ParseResult arguments)
    {
        var temperature = Evaluations.Number(arguments.GetRequiredValue(Temperature), "--temperature", 1e-3, 1e3);
        var active = Evaluations.Parts(arguments.GetRequiredValue(Active))
            .Select(text => Evaluations.Whole(text, "--k", 1, PolicySpecification.ClustersMax))
            .ToArray();
        Clustering[] clusterings =
        [
            .. Evaluations.Parts(arguments.GetRequiredValue(Clusters))
                .Select(text => Evaluations.Whole(text, "--clusters", 1, 4096))
                .SelectMany(count => active.Select(k => new Clustering(count, k, temperature))),
        ];
        return clusterings.Length > 0
            ? clusterings
            : throw new EvaluationException("--clusters and --k need at least one number each");
    }

    static RewardTable TableOf(ParseResult arguments)
    {
        var matrix = arguments.GetValue(Matrix);
        var classification = arguments.GetValue(Classification);
        if (matrix is null == classification is null)
        {
            throw new EvaluationException("regret: give either --matrix FILE or --classification FILE");
        }

        if (matrix is null)
        {
            var label = arguments.GetValue(Label)
                ?? throw new EvaluationException("--classification: the class column is missing, give --label COLUMN");
            return ClassificationFile.Read(classification!, label);
        }

        var contextItems = Evaluations.Whole(arguments.GetRequiredValue(ContextItems), "--context-items", 0, 1000);
        double? threshold = arguments.GetValue(Threshold) is { } text
            ? Evaluations.Number(text, "--threshold", double.MinValue, double.MaxValue)
            : null;
        return RatingsFile.Read(matrix, contextItems, threshold);
    }
}
