using Recs.Matching.Bandits;
using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.Worlds;
using Xunit;

namespace Recs.Tests.Evaluation;

/// <summary>
/// A few worlds against the figures of appendix B of the design document of the algorithms; the tolerances are a few
/// standard errors of as many worlds as a fast test can afford.
/// </summary>
public sealed class WorldTests
{
    static readonly SeedRange Seeds = new(101, 108);

    [Fact]
    public void Choices_that_learn_nothing_reach_the_published_figures()
    {
        WorldArm[] arms =
        [
            WorldArm.Of("random", WorldReference.Random, 3),
            WorldArm.Of("greedy", WorldReference.Greedy, 3),
            WorldArm.Of("best", WorldReference.Oracle, 1),
            WorldArm.Of("best", WorldReference.Oracle, 3),
        ];
        var outcomes = new WorldExperiment(0, FeedbackForm.Together, 1, 2).Run(arms, Seeds);

        Assert.Equal(0.322, outcomes[0].Average(outcome => outcome.WholeRun), 0.03);
        Assert.Equal(0.520, outcomes[1].Average(outcome => outcome.WholeRun), 0.04);
        Assert.Equal(0.851, outcomes[2].Average(outcome => outcome.WholeRun), 0.03);
        Assert.Equal(0.875, outcomes[3].Average(outcome => outcome.WholeRun), 0.03);
        Assert.Equal(157, outcomes[0].Average(outcome => outcome.ItemsShown), 2.0);
    }

    [Fact]
    public void The_hierarchical_policy_beats_its_rivals_where_quality_is_shared_and_where_it_is_not()
    {
        foreach (var share in (double[])[0, 1])
        {
            WorldArm[] arms =
            [
                WorldArm.Of(WorldSettings.Default(PolicyKind.HierUcb), 3, false),
                WorldArm.Of(WorldSettings.Default(PolicyKind.Ucb1), 1, false),
                WorldArm.Of(WorldSettings.Default(PolicyKind.BetaTs), 3, false),
                WorldArm.Of(WorldSettings.Default(PolicyKind.DiagUcb), 1, false),
            ];
            var outcomes = new WorldExperiment(share, FeedbackForm.Together, 500, 2).Run(arms, Seeds);
            var means = outcomes.Select(seeds => seeds.Average(outcome => outcome.WholeRun)).ToArray();

            Assert.Equal(means.Max(), means[0]);
        }
    }

    [Fact]
    public void Figures_do_not_depend_on_how_many_seeds_run_at_once()
    {
        WorldArm[] arms = [WorldArm.Of(WorldSettings.Default(PolicyKind.HierTs), 3, false)];
        var one = new WorldExperiment(0.5, FeedbackForm.Settled, 500, 1).Run(arms, new(1, 3));
        var two = new WorldExperiment(0.5, FeedbackForm.Settled, 500, 3).Run(arms, new(1, 3));

        Assert.Equal(one[0], two[0]);
    }

    [Fact]
    public void Without_delay_every_form_of_feedback_is_the_same()
    {
        WorldArm[] arms = [WorldArm.Of(WorldSettings.Default(PolicyKind.HierUcb), 3, false)];
        var outcomes = Enum.GetValues<FeedbackForm>()
            .Select(form => new WorldExperiment(0, form, 1, 1).Run(arms, new(7, 7))[0][0])
            .ToArray();

        Assert.All(outcomes, outcome => Assert.Equal(outcomes[0], outcome));
    }

    [Fact]
    public void Waiting_for_silence_learns_worse_than_counting_impressions_at_once()
    {
        WorldArm[] arms = [WorldArm.Of(WorldSettings.Default(PolicyKind.HierUcb), 3, false)];
        var atOnce = new WorldExperiment(0.5, FeedbackForm.Scattered, 100, 2).Run(arms, new(301, 304))[0];
        var waiting = new WorldExperiment(0.5, FeedbackForm.Attributed, 100, 2).Run(arms, new(301, 304))[0];

        Assert.All(atOnce.Zip(waiting), pair => Assert.True(pair.First.WholeRun > pair.Second.WholeRun + 0.02));
    }

    [Fact]
    public void Tuning_changes_only_the_arms_that_may_be_tuned()
    {
        WorldArm[] arms =
        [
            WorldArm.Of(WorldSettings.Default(PolicyKind.Ucb1) with { Exploration = 2 }, 1, false),
            WorldArm.Of(WorldSettings.Default(PolicyKind.Ucb1) with { Exploration = 2 }, 1, true),
        ];
        var tuned = new WorldExperiment(0, FeedbackForm.Together, 500, 2).Tune(arms, new(1, 2));

        Assert.Equal(2, tuned[0].Settings!.Exploration);
        Assert.InRange(tuned[1].Settings!.Exploration, 0.01, 0.31);
    }
}
