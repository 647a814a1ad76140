using Recs.Offline.Evaluation.Combinatorial;

namespace Recs.Cli.Evaluate;

/// <summary>One policy's result over simulations.</summary>
/// <param name="Policy">Its name.</param>
/// <param name="Finals">Cumulative realised regret of each simulation.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Deviation">Their standard deviation, of the population as the published one; 0 for a single simulation.</param>
/// <param name="Expected">Mean cumulative regret in expected scores.</param>
/// <param name="Published">The published figure, if there is one.</param>
/// <param name="Curve">Mean cumulative realised regret after each round.</param>
/// <param name="Seconds">Mean time of a simulation.</param>
sealed record CombinatorialLine(
    string Policy,
    double[] Finals,
    double Mean,
    double Deviation,
    double Expected,
    PublishedRegret? Published,
    double[] Curve,
    double Seconds)
{
    /// <summary>Published standard deviations from the published mean; null without a published figure.</summary>
    public double? Apart => Published is { } published ? (Mean - published.Mean) / published.Deviation : null;

    /// <summary>The line of a policy.</summary>
    public static CombinatorialLine Of(SlateArm arm, SlateOutcome[] outcomes)
    {
        double[] finals = [.. outcomes.Select(outcome => outcome.Realised[^1])];
        var mean = finals.Average();
        return new(
            arm.Name,
            finals,
            mean,
            Math.Sqrt(finals.Average(value => (value - mean) * (value - mean))),
            outcomes.Average(outcome => outcome.Expected),
            PublishedRegret.Of(arm.Kind, arm.Settings),
            [.. Enumerable.Range(0, arm.Settings.Rounds).Select(round => outcomes.Average(outcome => outcome.Realised[round]))],
            outcomes.Average(outcome => outcome.Seconds));
    }
}
