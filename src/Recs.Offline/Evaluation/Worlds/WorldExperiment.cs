
namespace Recs.Offline.Evaluation.Worlds;

/// <summary>Compares policies in the same worlds, on the same requests, over many seeds.</summary>
/// <param name="share">H, the share of quality that is specific to the home cluster.</param>
/// <param name="form">How feedback arrives.</param>
/// <param name="delay">In events, see <see cref="FeedbackForm"/>.</param>
/// <param name="parallelism">Seeds evaluated at the same time; does not change any figure.</param>
public sealed class WorldExperiment(double share, FeedbackForm form, int delay, int parallelism)
{
    /// <summary>Runs every arm in every world.</summary>
    /// <param name="arms">The rows.</param>
    /// <param name="seeds">The worlds.</param>
    /// <returns>Outcomes, shape [arms][seeds].</returns>
    public WorldOutcome[][] Run(IReadOnlyList<WorldArm> arms, SeedRange seeds)
    {
        var outcomes = new WorldOutcome[arms.Count][];
        for (var arm = 0; arm < arms.Count; arm++)
        {
            outcomes[arm] = new WorldOutcome[seeds.Count];
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = parallelism };
        Parallel.For(0, seeds.Count, options, index => RunSeed(arms, seeds.First + index, index, outcomes));
        return outcomes;
    }

    /// <summary>Replaces each tunable arm by its best setting: the highest whole-run reward over the tuning worlds.</summary>
    /// <param name="arms">The rows.</param>
    /// <param name="seeds">The tuning worlds; must not be the reported ones.</param>
    public WorldArm[] Tune(IReadOnlyList<WorldArm> arms, SeedRange seeds)
    {
        var trials = new List<(int Arm, WorldArm Trial)>();
        for (var arm = 0; arm < arms.Count; arm++)
        {
            if (arms[arm] is { Tunable: true, Settings: { } settings })
            {
                trials.AddRange(WorldSettings.Grid(settings).Select(trial => (arm, arms[arm] with { Settings = trial })));
            }
        }

        var outcomes = Run([.. trials.Select(trial => trial.Trial)], seeds);
        var tuned = arms.ToArray();
        var best = new double[arms.Count];
        for (var i = 0; i < trials.Count; i++)
        {
            var mean = outcomes[i].Average(outcome => outcome.WholeRun);
            if (mean > best[trials[i].Arm])
            {
                best[trials[i].Arm] = mean;
                tuned[trials[i].Arm] = trials[i].Trial;
            }
        }

        return tuned;
    }

    void RunSeed(IReadOnlyList<WorldArm> arms, int seed, int index, WorldOutcome[][] outcomes)
    {
        var world = World.Create(seed, share);
        var requests = new Dictionary<int, WorldRequest[]>();
        for (var i = 0; i < arms.Count; i++)
        {
            var arm = arms[i];
            if (!requests.TryGetValue(arm.Clusters, out var seen))
            {
                seen = world.RequestsFor(arm.Clusters);
                requests.Add(arm.Clusters, seen);
            }

            outcomes[i][index] = arm.Settings is { } settings
                ? WorldSimulation.Run(world, seen, settings, form, delay, seed)
                : WorldSimulation.RunReference(world, seen, arm.Reference, seed);
        }
    }
}
