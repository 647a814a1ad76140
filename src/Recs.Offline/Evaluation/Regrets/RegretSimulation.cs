using Recs.Offline.Evaluation.Policies;

namespace Recs.Offline.Evaluation.Regrets;

/// <summary>Runs one policy online against a full-information table.</summary>
/// <remarks>
/// Regret of a decision is the best reward this row had to give minus the reward received. Without repeats the n-th visit of
/// a row is compared with its n-th best reward, so that the benchmark does not depend on the policy.
/// </remarks>
static class RegretSimulation
{
    /// <summary>Points of the recorded curve.</summary>
    public const int CurvePoints = 200;

    const int RowPurpose = 0x726F7773;
    const int PolicyPurpose = 0x706F6C69;

    /// <summary>One run. Rows and their order follow from the seed alone, so policies meet the same requests.</summary>
    /// <param name="problem">The table with this seed's clusters.</param>
    /// <param name="settings">The policy; starts without any knowledge.</param>
    /// <param name="options">How to play.</param>
    /// <param name="seed">Seed of requests and of the policy's draws.</param>
    public static RegretOutcome Run(RegretProblem problem, PolicySettings settings, RegretOptions options, int seed)
    {
        var table = problem.Table;
        var policy = PolicyFactory.Create(settings, problem.Shape);
        using var owned = policy as IDisposable;
        var schedule = new FeedbackSchedule(policy, FeedbackForm.Lagged, options.Delay + 1, seed);
        var visits = new RowVisits(table, options.NoRepeats, SeededRandom.Of(seed, RowPurpose));
        var chance = SeededRandom.Of(seed, PolicyPurpose + (int)settings.Kind);
        var curve = new double[CurvePoints];
        var regret = 0.0;
        var total = 0.0;
        for (var round = 1; round <= options.Rounds; round++)
        {
            var row = visits.Next();
            var decision = policy.Choose(problem.Contexts[row], visits.Arms, round, chance);
            var reward = table.RewardsOf(row)[decision.Arm];
            regret += visits.BestReward - reward;
            total += reward;
            visits.Show(decision.Arm);
            schedule.Add(decision, reward);
            var point = (int)((long)round * CurvePoints / options.Rounds);
            if (point > 0)
            {
                curve[point - 1] = regret;
            }
        }

        return new(regret, total / options.Rounds, curve);
    }
}
