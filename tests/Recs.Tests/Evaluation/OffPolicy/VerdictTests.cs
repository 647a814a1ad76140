using Recs.Offline.Evaluation.OffPolicy;
using Xunit;

namespace Recs.Tests.Evaluation.OffPolicy;

/// <summary>Each finding alone makes the verdict worse.</summary>
public sealed class VerdictTests
{
    static readonly Overlap Good = new()
    {
        Rows = 10_000,
        EffectiveSampleSize = 6000,
        EffectiveRewards = 400,
        LargestWeight = 3,
        MeanWeight = 1,
        MeanWeightZ = 0.3,
        TopHundredthShare = 0.03,
        UnsupportedMass = 0,
        UnsupportedCells = 0,
        Dropped = [],
    };

    public static TheoryData<string, Overlap, VerdictLevel> Worse => new()
    {
        { "few effective rows", Good with { EffectiveSampleSize = 2000 }, VerdictLevel.Care },
        { "hardly any effective rows", Good with { EffectiveSampleSize = 900 }, VerdictLevel.Distrust },
        { "few rewards", Good with { EffectiveRewards = 50 }, VerdictLevel.Care },
        { "hardly any rewards", Good with { EffectiveRewards = 4 }, VerdictLevel.Distrust },
        { "heavy rows", Good with { TopHundredthShare = 0.2 }, VerdictLevel.Care },
        { "a few rows are everything", Good with { TopHundredthShare = 0.6 }, VerdictLevel.Distrust },
        { "weights off", Good with { MeanWeightZ = -2.5 }, VerdictLevel.Care },
        { "weights wrong", Good with { MeanWeightZ = 9 }, VerdictLevel.Distrust },
        { "a little without support", Good with { UnsupportedMass = 0.01, UnsupportedCells = 1 }, VerdictLevel.Care },
        { "much without support", Good with { UnsupportedMass = 0.2, UnsupportedCells = 5 }, VerdictLevel.Distrust },
        { "some rows dropped", Good with { Dropped = [new("no reward", 300)] }, VerdictLevel.Care },
        { "many rows dropped", Good with { Dropped = [new("no reward", 3000)] }, VerdictLevel.Distrust },
        { "no numbers", Good with { EffectiveSampleSize = double.NaN }, VerdictLevel.Distrust },
    };

    [Theory]
    [MemberData(nameof(Worse))]
    public void A_finding_alone_decides(string finding, Overlap overlap, VerdictLevel expected)
    {
        var verdict = Verdict.Of(overlap, VerdictThresholds.Default);

        Assert.True(verdict.Level == expected, $"{finding}: {verdict.Words}");
        Assert.Single(verdict.Reasons);
        Assert.EndsWith(".", verdict.Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_without_findings_is_trusted_with_a_reason()
    {
        var verdict = Verdict.Of(Good, VerdictThresholds.Default);

        Assert.Equal("trust", verdict.Name);
        Assert.Single(verdict.Reasons);
    }

    [Fact]
    public void The_worst_finding_comes_first()
    {
        var verdict = Verdict.Of(
            Good with { EffectiveRewards = 50, UnsupportedMass = 0.2, UnsupportedCells = 5 }, VerdictThresholds.Default);

        Assert.Equal(2, verdict.Reasons.Count);
        Assert.Contains("never shows", verdict.Reasons[0], StringComparison.Ordinal);
        Assert.Equal("distrust", verdict.Name);
    }
}
