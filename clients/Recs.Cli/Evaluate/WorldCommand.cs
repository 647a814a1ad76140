using System.CommandLine;
using Recs.Matching.Bandits;
using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.Policies;
using Recs.Offline.Evaluation.Worlds;

namespace Recs.Cli.Evaluate;

/// <summary>The command <c>recs evaluate world</c>: policies in the synthetic world.</summary>
static class WorldCommand
{
    const int DelayMax = 1_000_000;

    static readonly Option<string> Shares =
        Evaluations.Text("--h", "Share of item quality specific to the home cluster, 0 to 1; several with commas.", "0");

    static readonly Option<string> Delays =
        Evaluations.Text("--delay", "Events between two refreshes of the parameters, 1 is at once; several with commas.", "500");

    static readonly Option<string> Policies = Evaluations.Text(
        "--policies",
        "Policies with commas, each NAME[:k=K][:alpha=A][:l1=X][:l2=X][:unexplored=inf|finite][:normalise=true|false].",
        "ucb1,beta-ts,diag-ucb,hier-ucb");

    static readonly Option<string> Seeds = Evaluations.Text("--seeds", "The reported worlds, A-B.", "301-330");

    static readonly Option<string?> TuneSeeds = Evaluations.Optional(
        "--tune-seeds", "Worlds A-B on which each policy's exploration is chosen; without it fixed settings are used.");

    static readonly Option<string> Clusters =
        Evaluations.Text("--k", "Clusters a request belongs to; several with commas give a row each.", "1,3");

    static readonly Option<string> Unexplored = Evaluations.Text(
        "--unexplored", "diag policies: inf (an untried edge scores infinity) or finite (prior precision 1).", "inf");

    static readonly Option<bool> Normalise =
        Evaluations.Switch("--normalise", "diag policies: divide mean and interval by the number of matched edges.");

    static readonly Option<string> Feedback = Evaluations.Text(
        "--feedback",
        "together (both at the refresh), lagged (both DELAY events later), simple (impression at once, reward later), "
        + "settled (interval at once, mean with the reward), scattered (as simple, rewards after random times of mean DELAY), "
        + "attributed (as scattered, mean with the reward or after 5 DELAY).",
        "together");

    static readonly Option<string?> Json = Evaluations.JsonOption();

    public static Command Create()
    {
        var command = new Command("world", "Compare policies in a synthetic world of clusters and items.")
        {
            Shares, Delays, Policies, Seeds, TuneSeeds, Clusters, Unexplored, Normalise, Feedback, Json,
        };
        command.SetAction(arguments => Evaluations.Run(() => Run(arguments)));
        return command;
    }

    static void Run(ParseResult arguments)
    {
        var seeds = SeedRange.Parse(arguments.GetRequiredValue(Seeds), "--seeds", count => new(1, count));
        var tuneSeeds = TuneSeedsOf(arguments, seeds);
        var form = FormOf(arguments.GetRequiredValue(Feedback));
        var arms = ArmsOf(arguments);
        var shares = Evaluations.Parts(arguments.GetRequiredValue(Shares)).Select(text => Evaluations.Number(text, "--h", 0, 1));
        var delays = Evaluations.Parts(arguments.GetRequiredValue(Delays))
            .Select(text => Math.Max(1, Evaluations.Whole(text, "--delay", 0, DelayMax)))
            .ToArray();
        var report = new WorldReport(seeds, tuneSeeds, form, Evaluations.JsonOf(arguments, Json));
        foreach (var share in shares.ToArray())
        {
            foreach (var delay in delays)
            {
                var experiment = new WorldExperiment(share, form, delay, Evaluations.Parallelism);
                var tuned = tuneSeeds is { } range ? experiment.Tune(arms, range) : arms;
                report.Add(share, delay, tuned, experiment.Run(tuned, seeds));
            }
        }

        report.Finish();
    }

    static SeedRange? TuneSeedsOf(ParseResult arguments, SeedRange seeds)
    {
        if (arguments.GetValue(TuneSeeds) is not { } text)
        {
            return null;
        }

        var range = SeedRange.Parse(text, "--tune-seeds", count => new(1, count));
        return range.First <= seeds.Last && seeds.First <= range.Last
            ? throw new EvaluationException("--tune-seeds: the tuning worlds overlap the reported ones")
            : range;
    }

    static FeedbackForm FormOf(string text) =>
        Enum.TryParse<FeedbackForm>(text, ignoreCase: true, out var form) && !char.IsAsciiDigit(text[0])
            ? form
            : throw new EvaluationException($"--feedback: '{text}' is not together, lagged, simple, settled, scattered or attributed");

    static WorldArm[] ArmsOf(ParseResult arguments)
    {
        var unexplored = arguments.GetRequiredValue(Unexplored);
        if (unexplored is not ("inf" or "finite"))
        {
            throw new EvaluationException($"--unexplored: '{unexplored}' is neither inf nor finite");
        }

        var clusterCounts = Evaluations.Parts(arguments.GetRequiredValue(Clusters))
            .Select(text => Evaluations.Whole(text, "--k", 1, PolicySpecification.ClustersMax))
            .ToArray();
        var specifications = PolicySpecification.ParseList(arguments.GetRequiredValue(Policies), kind => DefaultOf(kind));
        var arms = new List<WorldArm>();
        foreach (var specification in specifications)
        {
            int[] counts = specification.Clusters is { } own ? [own] : clusterCounts;
            arms.AddRange(counts.Select(count =>
                WorldArm.Of(specification.Settings, count, !specification.FixesExploration)));
        }

        foreach (var count in arms.Select(arm => arm.Clusters).Distinct().ToArray())
        {
            arms.Add(WorldArm.Of("(random candidate)", WorldReference.Random, count));
            arms.Add(WorldArm.Of("(greedy on vectors)", WorldReference.Greedy, count));
            arms.Add(WorldArm.Of("(best candidate)", WorldReference.Oracle, count));
        }

        return [.. arms];

        PolicySettings DefaultOf(PolicyKind kind) => WorldSettings.Default(kind) with
        {
            InfiniteUnexplored = unexplored is "inf",
            Normalise = arguments.GetValue(Normalise),
        };
    }
}
