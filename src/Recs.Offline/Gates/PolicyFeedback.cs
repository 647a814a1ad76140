using Recs.Offline.Evaluation.OffPolicy;
using Recs.Offline.Joins;
using Recs.Schema.Models;

namespace Recs.Offline.Gates;

/// <summary>The newer half of the logged decisions, each row with the probability that the candidate would give it.</summary>
/// <param name="Rows">Rows with their predictions; the reward model is the candidate's own mean, learned from the older half.</param>
/// <param name="Slates">The decision of each row, 0 … <paramref name="SlateCount"/> − 1.</param>
/// <param name="SlateCount">Number of decisions.</param>
/// <param name="Foreign">Decisions in clusters that the candidate does not have.</param>
sealed record PolicyFeedback(WeightedFeedback Rows, int[] Slates, int SlateCount, int Foreign)
{
    const int DecisionsMax = 50_000;

    /// <summary>
    /// Learns from the older half and plays the newer: at every position uniform over the k best that are left, with a
    /// floor over all that is left.
    /// </summary>
    /// <remarks>Of more than 50,000 decisions to play, the most recent. The halves share no decision.</remarks>
    public static PolicyFeedback Of(ModelFile model, BanditFeedback feedback, GateOptions bounds)
    {
        var policy = new CandidatePolicy(model);
        var known = Enumerable.Range(0, feedback.Decisions).Where(decision => policy.Knows(feedback, decision)).ToArray();
        var half = known.Length / 2;
        for (var i = 0; i < half; i++)
        {
            policy.Learn(feedback, known[i]);
        }

        var rows = new Columns();
        for (var i = Math.Max(half, known.Length - DecisionsMax); i < known.Length; i++)
        {
            policy.Nominate(feedback, known[i]);
            Play(policy, model, feedback, known[i], bounds, rows);
        }

        return new(
            new([.. rows.Target], [.. rows.Behavior], [.. rows.Rewards], [.. rows.Predicted], [.. rows.PredictedTarget]),
            [.. rows.Slates], rows.SlateCount, feedback.Decisions - known.Length);
    }

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
