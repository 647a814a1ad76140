using Recs.Matching.Bandits;
using Recs.Offline.Guards;
using Recs.Offline.Joins;
using Recs.Schema.Models;

namespace Recs.Offline.Gates;

/// <summary>
/// What keeps a model that learns from its own decisions from swinging: how often the generations were rewarded, how much
/// would be decided differently, and whether means are right where the log was drawn uniformly.
/// </summary>
static class GenerationGates
{
    // Enough for a share to a percent, and seconds at most.
    const int DecisionsMax = 2000;

    public static IEnumerable<Gate> Of(GateInput input, GateOptions bounds)
    {
        var rails = new GuardRails
        {
            PositiveRateFactorMax = bounds.PositiveRateFactorMax,
            CalibrationErrorMax = bounds.CalibrationErrorMax,
        };
        yield return PositiveRate(input.Feedback, bounds, rails);
        yield return Changed(input, bounds);
        yield return Calibration(input, bounds, rails);
    }

    /// <summary>The last two generations that decided enough.</summary>
    static Gate PositiveRate(BanditFeedback feedback, GateOptions bounds, GuardRails rails)
    {
        var rates = Enumerable.Range(0, feedback.Decisions)
            .GroupBy(decision => feedback.Graphs[decision])
            .Select(group => (
                Graph: group.Key,
                Rows: group.Sum(decision => feedback.Starts[decision + 1] - feedback.Starts[decision]),
                Rewards: group.Sum(decision => Rewarded(feedback, decision))))
            .Where(generation => generation.Rows >= bounds.RowsToJudge)
            .OrderByDescending(generation => generation.Graph).Take(2).ToArray();
        return rates is [var newest, var before]
            ? rails.PositiveRate(newest.Rewards / (double)newest.Rows, before.Rewards / (double)before.Rows)
            : GateForm.NotJudged("positive rate", $"No two generations have shown {bounds.RowsToJudge} items each.");
    }

    static int Rewarded(BanditFeedback feedback, int decision) =>
        feedback.Rewards.AsSpan(feedback.Starts[decision]..feedback.Starts[decision + 1]).ToArray().Count(reward => reward > 0);

    /// <summary>Decisions whose best item would be none of the parent's best.</summary>
    static Gate Changed(GateInput input, GateOptions bounds)
    {
        const string Name = "changed decisions";
        if (input.IsFirst || input.Parent is not { } parent)
        {
            return GateForm.NotJudged(Name, $"There is no parent with items.");
        }

        var (before, after) = (new CandidatePolicy(parent, bounds.ValueAlpha), new CandidatePolicy(input.Candidate, bounds.ValueAlpha));
        var known = Known(input.Feedback, before, after);
        if (known.Length < bounds.PairsToJudge)
        {
            return GateForm.NotJudged(Name, $"{known.Length} decisions are in clusters of both models; {bounds.PairsToJudge} would do.");
        }

        foreach (var decision in known)
        {
            before.Learn(input.Feedback, decision);
            after.Learn(input.Feedback, decision);
        }

        var recent = known[^Math.Min(known.Length, DecisionsMax)..];
        var changed = recent.Count(decision =>
        {
            before.Nominate(input.Feedback, decision);
            after.Nominate(input.Feedback, decision);
            return after.Count == 0 || !before.Ranked.Take(Math.Min(before.Count, bounds.ValueTopK))
                .Any(item => parent.ItemRows[item] == input.Candidate.ItemRows[after.Ranked[0]]);
        });
        return GateForm.AtMost(
            Name, changed / (double)recent.Length, bounds.ChangedShareMax,
            $"Of {recent.Length} decisions {changed} have a best item that is none of the parent's {bounds.ValueTopK} best.");
    }

    /// <summary>Each uniform decision is predicted from what came before it.</summary>
    static Gate Calibration(GateInput input, GateOptions bounds, GuardRails rails)
    {
        if (input.Candidate.PriorPairs == 0)
        {
            return GateForm.NotJudged("calibration", $"The prior is not fitted with the model: the one that serves goes on.");
        }

        var policy = new CandidatePolicy(input.Candidate, bounds.ValueAlpha);
        var (rows, predicted, rewarded) = (0, 0.0, 0.0);
        var known = Known(input.Feedback, policy);
        for (var i = 0; i < known.Length; i++)
        {
            if (input.Feedback.Policies[known[i]] == (byte)PolicyKind.Uniform && i >= known.Length / 2)
            {
                policy.Nominate(input.Feedback, known[i]);
                for (var row = input.Feedback.Starts[known[i]]; row < input.Feedback.Starts[known[i] + 1]; row++)
                {
                    var item = input.Candidate.IndexOf(input.Feedback.Items[row]);
                    if (policy.HasNominated(item))
                    {
                        (rows, predicted, rewarded) = (rows + 1, predicted + policy.MeanOf(item), rewarded + input.Feedback.Rewards[row]);
                    }
                }
            }

            policy.Learn(input.Feedback, known[i]);
        }

        return rows < bounds.RowsToJudge
            ? GateForm.NotJudged("calibration", $"{rows} uniformly drawn rows are too few to judge by; {bounds.RowsToJudge} would do.")
            : rails.Calibration(predicted / rows, rewarded / rows, rows);
    }

    static int[] Known(BanditFeedback feedback, params CandidatePolicy[] policies) =>
        [.. Enumerable.Range(0, feedback.Decisions).Where(decision => policies.All(policy => policy.Knows(feedback, decision)))];
}
