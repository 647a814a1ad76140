using Recs.Offline.Evaluation.Policies;
using Recs.Offline.Evaluation.Tables;

namespace Recs.Offline.Evaluation.Regrets;

/// <summary>Compares policies on one table, on the same requests, over many seeds.</summary>
/// <param name="table">The table.</param>
/// <param name="options">How to play it.</param>
public sealed class RegretExperiment(RewardTable table, RegretOptions options)
{
    /// <summary>Runs every arm with every seed.</summary>
    /// <param name="arms">Policies with their settings and clusters.</param>
    /// <param name="seeds">Seeds of clustering, requests and draws.</param>
    /// <returns>Outcomes, shape [arms][seeds].</returns>
    /// <exception cref="EvaluationException">Without repeats: the table has fewer (row, arm) pairs than there are rounds.</exception>
    public RegretOutcome[][] Run(IReadOnlyList<RegretArm> arms, SeedRange seeds)
    {
        if (options.NoRepeats && options.Rounds > (long)table.RowCount * table.ArmCount)
        {
            throw new EvaluationException(
                $"--rounds: {table.RowCount} rows and {table.ArmCount} arms allow {(long)table.RowCount * table.ArmCount} "
                + "rounds without repeats");
        }

        var outcomes = new RegretOutcome[arms.Count][];
        for (var i = 0; i < arms.Count; i++)
        {
            outcomes[i] = new RegretOutcome[seeds.Count];
        }

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism };
        Parallel.For(0, seeds.Count, parallel, index => RunSeed(arms, seeds.First + index, index, outcomes));
        return outcomes;
    }

    /// <summary>Gives each policy its best setting: the lowest mean regret over the tuning seeds.</summary>
    /// <param name="policies">Policies; those whose exploration was fixed by the caller keep their settings.</param>
    /// <param name="clusterings">The clusters to choose from, for the policies that learn per cluster; at least one.</param>
    /// <param name="seeds">Tuning seeds; must not be the reported ones.</param>
    public RegretArm[] Tune(
        IReadOnlyList<PolicySpecification> policies,
        IReadOnlyList<Clustering> clusterings,
        SeedRange seeds)
    {
        var trials = new List<(int Policy, RegretArm Arm)>();
        for (var i = 0; i < policies.Count; i++)
        {
            PolicySettings[] grid = policies[i].FixesExploration
                ? [policies[i].Settings]
                : RegretSettings.Grid(policies[i].Settings);
            foreach (var settings in grid)
            {
                var arm = new RegretArm(settings, clusterings[0]);
                trials.AddRange(clusterings.Take(arm.UsesClusters ? clusterings.Count : 1)
                    .Select(clustering => (i, arm with { Clustering = clustering })));
            }
        }

        var outcomes = Run([.. trials.Select(trial => trial.Arm)], seeds);
        var tuned = new RegretArm[policies.Count];
        var lowest = new double[policies.Count];
        Array.Fill(lowest, double.PositiveInfinity);
        for (var i = 0; i < trials.Count; i++)
        {
            var regret = outcomes[i].Average(outcome => outcome.Regret);
            if (regret < lowest[trials[i].Policy])
            {
                lowest[trials[i].Policy] = regret;
                tuned[trials[i].Policy] = trials[i].Arm;
            }
        }

        return tuned;
    }

    void RunSeed(IReadOnlyList<RegretArm> arms, int seed, int index, RegretOutcome[][] outcomes)
    {
        var problems = new Dictionary<Clustering, RegretProblem>();
        for (var i = 0; i < arms.Count; i++)
        {
            if (!problems.TryGetValue(arms[i].Clustering, out var problem))
            {
                problem = RegretProblem.Create(table, arms[i].Clustering, seed);
                problems.Add(arms[i].Clustering, problem);
            }

            outcomes[i][index] = RegretSimulation.Run(problem, arms[i].Settings, options, seed);
        }
    }
}
