using System.Globalization;

namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>A judgement on an off-policy evaluation in plain language.</summary>
/// <param name="Level">The worst of its reasons.</param>
/// <param name="Reasons">Full sentences, the worst first; at least one.</param>
public sealed record Verdict(VerdictLevel Level, IReadOnlyList<string> Reasons)
{
    /// <summary>The level as documents write it.</summary>
    public string Name => Level switch
    {
        VerdictLevel.Trust => "trust",
        VerdictLevel.Care => "care",
        _ => "distrust",
    };

    /// <summary>The level in words.</summary>
    public string Words => Level switch
    {
        VerdictLevel.Trust => "trust",
        VerdictLevel.Care => "trust with care",
        _ => "do not trust",
    };

    /// <summary>Judges by the log's overlap with the target.</summary>
    public static Verdict Of(Overlap overlap, VerdictThresholds thresholds)
    {
        var found = Findings(overlap, thresholds)
            .Where(finding => finding.Level is not VerdictLevel.Trust)
            .OrderByDescending(finding => finding.Level)
            .ToArray();
        return found.Length > 0
            ? new(found[0].Level, [.. found.Select(finding => Text(finding.Reason))])
            : new(VerdictLevel.Trust, [Text($"The weights leave {overlap.EffectiveSampleSize:N0} effective rows of {overlap.Rows:N0}, none dominates, and every action of the target occurs in the log.")]);
    }

    static IEnumerable<(VerdictLevel Level, FormattableString Reason)> Findings(Overlap overlap, VerdictThresholds limits)
    {
        var share = overlap.EffectiveSampleSize / overlap.Rows;
        yield return (
            Below(share, limits.EffectiveShareCare, limits.EffectiveShareDistrust),
            $"The weights leave {overlap.EffectiveSampleSize:N0} effective rows of {overlap.Rows:N0} ({share:P1}).");
        yield return (
            Above(overlap.TopHundredthShare, limits.TopHundredthCare, limits.TopHundredthDistrust),
            $"One row in a hundred carries {overlap.TopHundredthShare:P0} of the weight; the largest weight is {overlap.LargestWeight:G4}.");
        yield return (
            Below(overlap.EffectiveRewards, limits.EffectiveRewardsCare, limits.EffectiveRewardsDistrust),
            $"The estimate rests on what amounts to {overlap.EffectiveRewards:F0} rewarded rows.");
        yield return (
            Above(Math.Abs(overlap.MeanWeightZ), limits.MeanWeightZCare, limits.MeanWeightZDistrust),
            $"The mean weight is {overlap.MeanWeight:F3} where 1 is expected ({overlap.MeanWeightZ:F1} standard errors): propensities or support may be wrong.");
        yield return (
            Above(overlap.UnsupportedMass, limits.UnsupportedCare, limits.UnsupportedDistrust),
            $"The target gives {overlap.UnsupportedMass:P1} of its choices to {overlap.UnsupportedCells} action and position pairs that the log never shows.");
        yield return (
            Above((double)overlap.DroppedCount / (overlap.DroppedCount + overlap.Rows), limits.DroppedCare, limits.DroppedDistrust),
            $"{overlap.DroppedCount:N0} rows of the log were not usable.");
    }

    static string Text(FormattableString reason) => reason.ToString(CultureInfo.InvariantCulture);

    static VerdictLevel Below(double value, double care, double distrust) =>
        !(value >= distrust) ? VerdictLevel.Distrust : value < care ? VerdictLevel.Care : VerdictLevel.Trust;

    static VerdictLevel Above(double value, double care, double distrust) =>
        !(value <= distrust) ? VerdictLevel.Distrust : value > care ? VerdictLevel.Care : VerdictLevel.Trust;
}
