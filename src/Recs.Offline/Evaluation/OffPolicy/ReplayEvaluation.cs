using Recs.Offline.Evaluation.Policies;
using Recs.Offline.Evaluation.Regrets;
using Recs.Offline.Evaluation.Tables;

namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>
/// The replay of Li, Chu, Langford and Wang (WSDM 2011): a learning policy meets the requests of a uniformly logged file; where
/// it would have shown what the log shows, the row counts and teaches it, all other rows are passed over.
/// </summary>
/// <remarks>
/// Unbiased for the policy's value over as many decisions as were kept, if the log is uniform and its rows are independent.
/// One row in A is kept, so a policy is judged on what it has learned from few rows. Positions are ignored.
/// </remarks>
public sealed class ReplayEvaluation
{
    const int OrderPurpose = 0x72657079;
    const int PolicyPurpose = 0x72706F6C;
    const double UniformTolerance = 1e-6;

    readonly BanditLog _log;
    readonly RewardTable _contexts;

    /// <summary>Prepares a log.</summary>
    /// <exception cref="EvaluationException">Its propensities are not uniform or a reward is outside [0, 1].</exception>
    public ReplayEvaluation(BanditLog log)
    {
        _log = log;
        _contexts = new(log.Name, log.Features, [], [.. log.Actions], []);
        var uniform = 1.0 / log.Actions.Count;
        if (log.Propensities.Any(propensity => Math.Abs(propensity - uniform) > UniformTolerance))
        {
            throw new EvaluationException(
                $"{log.Name}: replay needs a log whose propensities are all 1/{log.Actions.Count}; use 'recs evaluate ope'");
        }

        if (log.Rewards.Any(reward => reward is < 0 or > 1))
        {
            throw new EvaluationException($"{log.Name}: replay needs rewards in [0, 1]");
        }
    }

    /// <summary>Plays one policy over the log in a random order.</summary>
    /// <param name="arm">The policy with its settings and clusters.</param>
    /// <param name="seed">Seed of the order, of the clusters and of the policy's draws.</param>
    public ReplayOutcome Run(RegretArm arm, int seed)
    {
        var problem = RegretProblem.Create(_contexts, arm.Clustering, seed);
        var policy = PolicyFactory.Create(arm.Settings, problem.Shape);
        var chance = SeededRandom.Of(seed, PolicyPurpose + (int)arm.Settings.Kind);
        var order = Enumerable.Range(0, _log.RowCount).ToArray();
        SeededRandom.Of(seed, OrderPurpose).Shuffle(order);
        var actions = Enumerable.Range(0, _log.Actions.Count).ToArray();
        var kept = 0;
        var total = 0.0;
        foreach (var row in order)
        {
            var decision = policy.Choose(problem.Contexts[row], actions, kept + 1, chance);
            if (decision.Arm != _log.Shown[row])
            {
                continue;
            }

            kept++;
            total += _log.Rewards[row];
            policy.Count(decision);
            policy.Settle(decision);
            policy.Reward(decision, _log.Rewards[row]);
        }

        return new(_log.RowCount, kept, total);
    }
}
