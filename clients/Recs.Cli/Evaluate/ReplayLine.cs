using Recs.Matching.Bandits;
using Recs.Offline.Evaluation.OffPolicy;
using Recs.Offline.Evaluation.Regrets;

namespace Recs.Cli.Evaluate;

/// <summary>One policy's replay.</summary>
/// <param name="Policy">Its name.</param>
/// <param name="Settings">Its settings in words.</param>
/// <param name="Value">Reward per kept row over all orders.</param>
/// <param name="Kept">Kept rows per order, on average.</param>
/// <param name="Interval">
/// 95 % for one order: orders share their rows, so many of them say hardly more than one.
/// </param>
sealed record ReplayLine(string Policy, string Settings, double Value, double Kept, Bounds Interval)
{
    /// <summary>The line of a policy over several orders of the same log.</summary>
    public static ReplayLine Of(RegretArm arm, ReplayOutcome[] outcomes)
    {
        var kept = outcomes.Average(outcome => outcome.Kept);
        var value = outcomes.Sum(outcome => outcome.Reward) / outcomes.Sum(outcome => outcome.Kept);
        return new(PolicyNames.Of(arm.Settings.Kind), arm.Describe(), value, kept, ReplayOutcome.Wilson(value, kept));
    }
}
