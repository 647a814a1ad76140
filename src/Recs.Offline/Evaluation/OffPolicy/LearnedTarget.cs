using Recs.Offline.Evaluation.Policies;
using Recs.Offline.Evaluation.Regrets;
using Recs.Offline.Evaluation.Tables;

namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>A target that is itself learned from the log: a policy taught by one part of it, frozen, valued on the other.</summary>
/// <remarks>
/// Valuing a policy on the rows that taught it would flatter it. What is valued is the policy as it stands after the taught
/// rows, exploration included, not what it would earn while it goes on learning.
/// </remarks>
public static class LearnedTarget
{
    const int SplitPurpose = 0x73706C74;
    const int PolicyPurpose = 0x6C706F6C;

    /// <summary>Teaches a policy the first half of the log in a random order. O(rows · draws · A).</summary>
    /// <param name="name">What reports call the target.</param>
    /// <param name="log">The log, at least 2 rows.</param>
    /// <param name="arm">The policy with its settings and clusters.</param>
    /// <param name="draws">Choices per row from which a policy's distribution is counted, at least 1.</param>
    /// <param name="seed">Seed of the split, the clusters and the draws.</param>
    /// <returns>The other half of the log, and the target on it.</returns>
    public static (BanditLog Log, TargetPolicy Target) Create(string name, BanditLog log, RegretArm arm, int draws, int seed)
    {
        var contexts = new RewardTable(log.Name, log.Features, [], [.. log.Actions], []);
        var problem = RegretProblem.Create(contexts, arm.Clustering, seed);
        var policy = PolicyFactory.Create(arm.Settings, problem.Shape);
        var chance = SeededRandom.Of(seed, PolicyPurpose);
        var order = Enumerable.Range(0, log.RowCount).ToArray();
        SeededRandom.Of(seed, SplitPurpose).Shuffle(order);
        var taught = order[..(order.Length / 2)];
        for (var i = 0; i < taught.Length; i++)
        {
            // Offering only the shown action gives the decision that action's own prior.
            var decision = policy.Choose(problem.Contexts[taught[i]], [log.Shown[taught[i]]], i + 1, chance);
            policy.Count(decision);
            policy.Settle(decision);
            policy.Reward(decision, log.Rewards[taught[i]]);
        }

        var rest = order[taught.Length..];
        Array.Sort(rest);
        var actions = Enumerable.Range(0, log.Actions.Count).ToArray();
        var distributions = new double[rest.Length][];
        for (var i = 0; i < rest.Length; i++)
        {
            distributions[i] = new double[actions.Length];
            for (var draw = 0; draw < draws; draw++)
            {
                distributions[i][policy.Choose(problem.Contexts[rest[i]], actions, taught.Length + 1, chance).Arm] += 1.0 / draws;
            }
        }

        return (log.Select(rest), TargetPolicy.PerRow(name, distributions));
    }
}
