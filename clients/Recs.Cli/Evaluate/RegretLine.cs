using Recs.Matching.Bandits;
using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.Regrets;

namespace Recs.Cli.Evaluate;

/// <summary>One policy's result.</summary>
/// <param name="Policy">Its name.</param>
/// <param name="Settings">Its settings in words.</param>
/// <param name="Regret">Cumulative regret over seeds.</param>
/// <param name="Reward">Mean reward per decision over seeds.</param>
/// <param name="Curve">Cumulative regret over seeds at evenly spaced decisions.</param>
sealed record RegretLine(string Policy, string Settings, Interval Regret, Interval Reward, Interval[] Curve)
{
    /// <summary>The lines of a comparison, in the order of the policies.</summary>
    public static RegretLine[] Of(IReadOnlyList<RegretArm> arms, RegretOutcome[][] outcomes) =>
        [.. arms.Select((arm, i) => new RegretLine(
            PolicyNames.Of(arm.Settings.Kind),
            arm.Describe(),
            Interval.Of([.. outcomes[i].Select(outcome => outcome.Regret)]),
            Interval.Of([.. outcomes[i].Select(outcome => outcome.MeanReward)]),
            [.. Enumerable.Range(0, outcomes[i][0].Curve.Length)
                .Select(point => Interval.Of([.. outcomes[i].Select(outcome => outcome.Curve[point])]))]))];
}
