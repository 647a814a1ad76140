using Recs.Offline.Evaluation.Generations;
using Recs.Offline.Guards;
using Xunit;

namespace Recs.Tests.Evaluation.Generations;

/// <summary>Generations with and without guard-rails; the whole study is <c>recs evaluate generations</c>.</summary>
public sealed class GenerationTests
{
    [Fact]
    public void Guard_rails_damp_the_swings_and_keep_predictions_honest()
    {
        var without = GenerationSummary.Of("without", Run(null));
        var with = GenerationSummary.Of("with", Run(new GuardRails()));

        Assert.True(with.Drop.High < without.Drop.Low, $"{with.Drop} against {without.Drop}");
        Assert.True(with.Mean.Low > without.Mean.High, $"{with.Mean} against {without.Mean}");
        Assert.True(with.CalibrationErrors[^1] < without.CalibrationErrors[^1] / 3);
        Assert.True(with.Divergences[^1] < without.Divergences[^1]);
    }

    [Fact]
    public void A_better_policy_sees_more_rewards_which_is_what_misleads_its_successor()
    {
        var without = GenerationSummary.Of("without", Run(null));

        Assert.True(without.PositiveRates[1] > 3 * without.PositiveRates[0]);
        Assert.True(without.CalibrationErrors[2] > 5 * without.CalibrationErrors[1]);
        Assert.True(without.Values[2].Mean < without.Values[1].Mean);
    }

    [Fact]
    public void A_seed_repeats_a_run() =>
        Assert.Equal(GenerationStudy.Run(4, 5, new GuardRails()), GenerationStudy.Run(4, 5, new GuardRails()));

    [Fact]
    public void Every_rail_holds_within_its_bound_and_not_beyond()
    {
        var rails = new GuardRails();

        Assert.True(rails.Changed(0.3).Holds);
        Assert.False(rails.Changed(0.31).Holds);
        Assert.True(rails.PositiveRate(0.1, 0.06).Holds);
        Assert.False(rails.PositiveRate(0.1, 0.04).Holds);
        Assert.False(rails.PositiveRate(0.04, 0.1).Holds);
        Assert.Null(rails.PositiveRate(0.1, 0).Value);
        Assert.True(rails.Calibration(0.14, 0.1, 100).Holds);
        Assert.False(rails.Calibration(0.16, 0.1, 100).Holds);
        Assert.Null(rails.Calibration(0.16, 0.1, 0).Value);
        Assert.True(rails.Canary(-0.01, 0.02).Holds);
        Assert.False(rails.Canary(-0.03, 0.02).Holds);
        Assert.False(rails.Changed(double.NaN).Holds);
    }

    [Fact]
    public void A_canary_that_earns_less_is_rolled_back()
    {
        var strict = Run(new GuardRails { CanaryShare = 0.5, CanaryErrors = 0 });

        Assert.Contains(strict.SelectMany(seed => seed), generation => generation.IsRolledBack);
        Assert.DoesNotContain(Run(new GuardRails { CanaryErrors = 100 }).SelectMany(seed => seed), generation => generation.IsRolledBack);
    }

    static GenerationOutcome[][] Run(GuardRails? rails) => [.. Enumerable.Range(1, 8).Select(seed => GenerationStudy.Run(7, seed, rails))];
}
