using Recs.Offline.Evaluation.OffPolicy;
using Recs.Offline.Joins;
using Recs.Schema.Models;

namespace Recs.Offline.Gates;

/// <summary>The newer half of the decisions of the policy that serves, each row with the probability that the candidate would give it.</summary>
/// <param name="Rows">Rows with their predictions; the reward model is the candidate's own mean, learned from what came before.</param>
/// <param name="Slates">The decision of each row, 0 … <paramref name="SlateCount"/> − 1.</param>
/// <param name="SlateCount">Number of decisions.</param>
/// <param name="Foreign">Decisions in clusters that the candidate does not have.</param>
sealed record PolicyFeedback(WeightedFeedback Rows, int[] Slates, int SlateCount, int Foreign)
{
    const int DecisionsMax = 50_000;

    /// <summary>
    /// Learns from the older half, then plays and learns in turn: at every position uniform over the k best that are left,
    /// with a floor over all that is left.
    /// </summary>
    /// <remarks>
    /// All policies teach, and the one that decided most is played against: rows of a rare uniform policy would have weights
    /// a hundred times those of the rest, and little would be left of the effective rows. A decision is learned from after it
    /// was played, so no row is predicted from itself. Of more than 50,000 decisions to play, the most recent.
    /// </remarks>
    public static PolicyFeedback Of(ModelFile model, BanditFeedback feedback, GateOptions bounds)
    {
        var policy = new CandidatePolicy(model, bounds.ValueAlpha);
        var known = Enumerable.Range(0, feedback.Decisions).Where(decision => policy.Knows(feedback, decision)).ToArray();
        var first = Math.Max(known.Length / 2, known.Length - DecisionsMax);
        var main = MainPolicy(known[first..], feedback);
        var rows = new Columns();
        for (var i = 0; i < known.Length; i++)
        {
            if (i >= first && feedback.Policies[known[i]] == main)
            {
                policy.Nominate(feedback, known[i]);
                Play(policy, model, feedback, known[i], bounds, rows);
            }

            policy.Learn(feedback, known[i]);
        }

        return new(
            new([.. rows.Target], [.. rows.Behavior], [.. rows.Rewards], [.. rows.Predicted], [.. rows.PredictedTarget]),
            [.. rows.Slates], rows.SlateCount, feedback.Decisions - known.Length);
    }

    /// <summary>The policy that decided most: what serves, and not what was tried beside it; −1 without decisions.</summary>
    static int MainPolicy(int[] decisions, BanditFeedback feedback) =>
        decisions.GroupBy(decision => feedback.Policies[decision]).MaxBy(group => group.Count())?.Key ?? -1;

    static void Play(
        CandidatePolicy policy, ModelFile model, BanditFeedback feedback, int decision, GateOptions bounds, Columns rows)
    {
        var before = new HashSet<int>();
        var total = 0.0;
        for (var i = 0; i < policy.Count; i++)
        {
            total += policy.MeanOf(policy.Ranked[i]);
        }

        var any = false;
        var left = policy.Count;
        for (var row = feedback.Starts[decision]; row < feedback.Starts[decision + 1] && left > 0; row++)
        {
            var item = model.IndexOf(feedback.Items[row]);
            var isNominated = policy.HasNominated(item);
            var best = Best(policy, before, Math.Min(bounds.ValueTopK, left), item);
            rows.Target.Add(
                (best.HasItem ? (1 - bounds.ValueFloor) / best.Count : 0) + (isNominated ? bounds.ValueFloor / left : 0));
            rows.Behavior.Add(feedback.Propensities[row]);
            rows.Rewards.Add(feedback.Rewards[row]);
            rows.Predicted.Add(isNominated ? policy.MeanOf(item) : 0);
            rows.PredictedTarget.Add(((1 - bounds.ValueFloor) * best.Mean) + (bounds.ValueFloor * total / left));
            rows.Slates.Add(rows.SlateCount);
            any = true;
            if (isNominated && before.Add(item))
            {
                total -= policy.MeanOf(item);
                left--;
            }
        }

        rows.SlateCount += any ? 1 : 0;
    }

    /// <summary>The k best that were not shown before: how many, their mean, and whether an item is among them.</summary>
    static (int Count, double Mean, bool HasItem) Best(CandidatePolicy policy, HashSet<int> before, int k, int item)
    {
        var (count, sum, hasItem) = (0, 0.0, false);
        for (var i = 0; i < policy.Count && count < k; i++)
        {
            var next = policy.Ranked[i];
            if (!before.Contains(next))
            {
                count++;
                sum += policy.MeanOf(next);
                hasItem |= next == item;
            }
        }

        return (count, sum / count, hasItem);
    }

    sealed class Columns
    {
        public List<double> Target { get; } = [];

        public List<double> Behavior { get; } = [];

        public List<double> Rewards { get; } = [];

        public List<double> Predicted { get; } = [];

        public List<double> PredictedTarget { get; } = [];

        public List<int> Slates { get; } = [];

        public int SlateCount { get; set; }
    }
}
