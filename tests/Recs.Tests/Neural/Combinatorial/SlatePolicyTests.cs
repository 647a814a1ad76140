using Recs.Neural.Combinatorial;
using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.Combinatorial;
using Xunit;

namespace Recs.Tests.Neural.Combinatorial;

public sealed class SlatePolicyTests
{
    static readonly SlateSettings Small = new()
    {
        Function = ScoreFunction.Quadratic,
        Dimensions = 10,
        Width = 20,
        Rounds = 200,
    };

    [Theory]
    [InlineData(CovarianceForm.Gram)]
    [InlineData(CovarianceForm.Diagonal)]
    public void On_quadratic_scores_the_network_has_half_the_regret_of_the_linear_policy(CovarianceForm form)
    {
        var network = MeanRegret(Small with { Covariance = form }, SlatePolicyKind.NeuralUcb);
        var linear = MeanRegret(Small with { AsReleased = false }, SlatePolicyKind.LinearUcb);
        Assert.True(network < 0.5 * linear, $"{network} against {linear}");
    }

    [Fact]
    public void On_linear_scores_the_linear_policy_that_hears_its_own_scores_beats_the_one_that_hears_others()
    {
        var linear = Small with { Function = ScoreFunction.Linear };
        var heard = MeanRegret(linear with { AsReleased = false }, SlatePolicyKind.LinearUcb);
        var misheard = MeanRegret(linear, SlatePolicyKind.LinearUcb);
        Assert.True(heard < 0.5 * misheard, $"{heard} against {misheard}");
    }

    [Theory]
    [InlineData(SlatePolicyKind.NeuralUcb, CovarianceForm.Gram)]
    [InlineData(SlatePolicyKind.NeuralThompson, CovarianceForm.Diagonal)]
    [InlineData(SlatePolicyKind.NeuralThompson, CovarianceForm.Woodbury)]
    [InlineData(SlatePolicyKind.LinearThompson, CovarianceForm.Gram)]
    public void A_seed_gives_the_same_regret_on_any_number_of_threads(SlatePolicyKind kind, CovarianceForm form)
    {
        var settings = Small with { Rounds = 60, Covariance = form };
        var one = new SlateExperiment(settings with { Parallelism = 1 }, TimeProvider.System).Run(kind, new(1, 3));
        var four = new SlateExperiment(settings with { Parallelism = 4 }, TimeProvider.System).Run(kind, new(1, 3));
        Assert.Equal(one.Select(outcome => outcome.Realised), four.Select(outcome => outcome.Realised));
        Assert.NotEqual(one[0].Realised, one[1].Realised);
    }

    [Fact]
    public void Gram_and_Woodbury_play_the_same_slates()
    {
        var settings = Small with { Rounds = 100 };
        var gram = MeanRegret(settings with { Covariance = CovarianceForm.Gram }, SlatePolicyKind.NeuralUcb);
        var woodbury = MeanRegret(settings with { Covariance = CovarianceForm.Woodbury }, SlatePolicyKind.NeuralUcb);
        Assert.Equal(gram, woodbury, 1e-3);
    }

    [Theory]
    [InlineData(SlatePolicyKind.NeuralUcb)]
    [InlineData(SlatePolicyKind.NeuralThompson)]
    [InlineData(SlatePolicyKind.NeuralThompsonSingle)]
    [InlineData(SlatePolicyKind.LinearUcb)]
    [InlineData(SlatePolicyKind.LinearThompson)]
    public void Slates_are_distinct_arms(SlatePolicyKind kind)
    {
        using var policy = new SlateArm(kind, Small).Create(3);
        var world = new SlateWorld(Small.Function, Small.Dimensions, Small.Arms, Small.Noise, 3);
        var slate = new int[Small.SlateSize];
        for (var round = 0; round < 50; round++)
        {
            world.Advance();
            policy.Choose(world.Features, slate);
            Assert.Equal(slate.Length, slate.Distinct().Count());
            Assert.All(slate, arm => Assert.InRange(arm, 0, Small.Arms - 1));
            policy.Learn([.. slate.Select(arm => (float)world.Scores[arm])]);
        }
    }

    [Fact]
    public void The_best_slate_has_no_regret_and_the_worst_has()
    {
        var world = new SlateWorld(ScoreFunction.Cosine, 10, 20, 0.01, 1);
        for (var round = 0; round < 20; round++)
        {
            world.Advance();
            var means = world.Means.ToArray();
            int[] order = [.. Enumerable.Range(0, means.Length).OrderByDescending(arm => means[arm])];
            Assert.Equal(0, SlateWorld.Regret(means, order.AsSpan(0, 4)), 1e-12);
            Assert.True(SlateWorld.Regret(means, order.AsSpan(16, 4)) > 0);
            Assert.True(SlateWorld.Regret(world.Scores, order.AsSpan(0, 4)) >= 0);
        }
    }

    [Fact]
    public void Arms_of_the_world_have_length_one()
    {
        var world = new SlateWorld(ScoreFunction.Linear, 80, 20, 0.01, 1);
        world.Advance();
        for (var arm = 0; arm < 20; arm++)
        {
            Assert.Equal(1, world.Features.Slice(arm * 80, 80).ToArray().Sum(value => (double)value * value), 1e-5);
        }
    }

    [Fact]
    public void A_round_allocates_nothing()
    {
        using var policy = new SlateArm(SlatePolicyKind.NeuralUcb, Small).Create(1);
        var world = new SlateWorld(Small.Function, Small.Dimensions, Small.Arms, Small.Noise, 1);
        var slate = new int[Small.SlateSize];
        var heard = new float[Small.SlateSize];
        world.Advance();
        policy.Choose(world.Features, slate);
        policy.Learn(heard);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 30; round++)
        {
            policy.Choose(world.Features, slate);
            policy.Learn(heard);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_published_figure_is_only_given_for_its_own_experiment()
    {
        var settings = new SlateSettings { Function = ScoreFunction.Quadratic };
        Assert.Equal(90.6, PublishedRegret.Of(SlatePolicyKind.NeuralUcb, settings)?.Mean);
        Assert.Null(PublishedRegret.Of(SlatePolicyKind.NeuralUcb, settings with { Rounds = 100 }));
        Assert.Null(PublishedRegret.Of(SlatePolicyKind.NeuralUcb, Small));
    }

    [Fact]
    public void A_slate_larger_than_the_arms_and_a_pull_that_diverges_are_refused()
    {
        var options = new SlatePolicyOptions { Dimensions = 3, Arms = 4, SlateSize = 5 };
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinearSlatePolicy(options, 1));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new NeuralSlatePolicy(options with { SlateSize = 2, TrainingRate = 0.02f }, 1));
    }

    static double MeanRegret(SlateSettings settings, SlatePolicyKind kind) =>
        new SlateExperiment(settings, TimeProvider.System).Run(kind, new SeedRange(1, 3)).Average(outcome => outcome.Realised[^1]);
}
