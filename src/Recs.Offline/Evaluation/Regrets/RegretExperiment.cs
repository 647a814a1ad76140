using Recs.Offline.Evaluation.Policies;
using Recs.Offline.Evaluation.Tables;

namespace Recs.Offline.Evaluation.Regrets;

/// <summary>Compares policies on one table, on the same requests, over many seeds.</summary>
/// <param name="table">The table.</param>
/// <param name="options">How to play it.</param>
public sealed class RegretExperiment(RewardTable table, RegretOptions options)
{
    /// <summary>Runs every policy with every seed.</summary>
    /// <param name="policies">Policies with their settings.</param>
    /// <param name="seeds">Seeds of clustering, requests and draws.</param>
    /// <returns>Outcomes, shape [policies][seeds].</returns>
    /// <exception cref="EvaluationException">Without repeats: the table has fewer (row, arm) pairs than there are rounds.</exception>
    public RegretOutcome[][] Run(IReadOnlyList<PolicySettings> policies, SeedRange seeds)
    {
        if (options.NoRepeats && options.Rounds > (long)table.RowCount * table.ArmCount)
        {
            throw new EvaluationException(
                $"--rounds: {table.RowCount} rows and {table.ArmCount} arms allow {(long)table.RowCount * table.ArmCount} "
                + "rounds without repeats");
        }

        var outcomes = new RegretOutcome[policies.Count][];
        for (var i = 0; i < policies.Count; i++)
        {
            outcomes[i] = new RegretOutcome[seeds.Count];
        }

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism };
        Parallel.For(0, seeds.Count, parallel, index =>
        {
            var problem = RegretProblem.Create(table, options, seeds.First + index);
            for (var i = 0; i < policies.Count; i++)
            {
                outcomes[i][index] = RegretSimulation.Run(problem, policies[i], options, seeds.First + index);
            }
        });
        return outcomes;
    }

    /// <summary>Gives each policy its best setting: the lowest mean regret over the tuning seeds.</summary>
    /// <param name="policies">Policies; those whose exploration was fixed by the caller keep it.</param>
    /// <param name="seeds">Tuning seeds; must not be the reported ones.</param>
    public PolicySettings[] Tune(IReadOnlyList<PolicySpecification> policies, SeedRange seeds)
    {
        var trials = new List<(int Policy, PolicySettings Settings)>();
        for (var i = 0; i < policies.Count; i++)
        {
            if (!policies[i].FixesExploration)
            {
                trials.AddRange(RegretSettings.Grid(policies[i].Settings).Select(settings => (i, settings)));
            }
        }

        var outcomes = Run([.. trials.Select(trial => trial.Settings)], seeds);
        var tuned = policies.Select(policy => policy.Settings).ToArray();
        var lowest = new double[policies.Count];
        Array.Fill(lowest, double.PositiveInfinity);
        for (var i = 0; i < trials.Count; i++)
        {
            var regret = outcomes[i].Average(outcome => outcome.Regret);
            if (regret < lowest[trials[i].Policy])
            {
                lowest[trials[i].Policy] = regret;
                tuned[trials[i].Policy] = trials[i].Settings;
            }
        }

        return tuned;
    }
}
