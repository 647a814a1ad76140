using Recs.Offline.Evaluation.OffPolicy;
using Xunit;

namespace Recs.Tests.Evaluation.OffPolicy;

/// <summary>
/// The men's campaign of the Open Bandit Dataset, where both policies were really served; where it is absent, two policies of
/// the synthetic world, one uniform.
/// </summary>
public sealed class OpenBanditTests
{
    static readonly Estimator[] Consistent =
        [Estimator.Ips, Estimator.SelfNormalisedIps, Estimator.DoublyRobust, Estimator.SelfNormalisedDoublyRobust];

    [Fact]
    public void The_uniform_policy_is_valued_from_the_other_log_and_the_verdict_warns()
    {
        if (Campaign() is not { } folder)
        {
            Generated();
            return;
        }

        var (bts, random) = OpenBanditData.Read(folder, "bts", "random");
        Assert.All(random.Propensities, propensity => Assert.Equal(1.0 / 34, propensity, 1e-6));

        var result = OffPolicyEvaluation.Run(bts, TargetPolicy.Uniform(bts), OffPolicyOptions.Default);

        AssertCovers(result, random.Rewards.Average());
        Assert.Equal(VerdictLevel.Distrust, result.Verdict.Level);
    }

    [Fact]
    public void The_thompson_policy_is_valued_from_the_uniform_log_with_care()
    {
        if (Campaign() is not { } folder)
        {
            Generated();
            return;
        }

        var (random, bts) = OpenBanditData.Read(folder, "random", "bts");

        var result = OffPolicyEvaluation.Run(random, TargetPolicy.Frequencies("bts", bts, random), OffPolicyOptions.Default);

        AssertCovers(result, bts.Rewards.Average());
        Assert.Equal(VerdictLevel.Care, result.Verdict.Level);
    }

    [Fact]
    public void Policies_replay_on_the_uniform_log_and_not_on_the_other()
    {
        if (Campaign() is not { } folder)
        {
            Generated();
            return;
        }

        var (random, bts) = OpenBanditData.Read(folder, "random", "bts");
        var arm = new Recs.Offline.Evaluation.Regrets.RegretArm(
            Recs.Offline.Evaluation.Policies.PolicySpecification.ParseList(
                "uniform", Recs.Offline.Evaluation.Regrets.RegretSettings.Default)[0].Settings,
            Recs.Offline.Evaluation.Regrets.Clustering.Default);

        var outcome = new ReplayEvaluation(random).Run(arm, 1);

        Assert.InRange(outcome.Kept, 10_000 / 34 * 0.7, 10_000 / 34 * 1.3);
        Assert.True(ReplayOutcome.Wilson(outcome.Value, outcome.Kept).Cover(random.Rewards.Average()));
        Assert.Throws<Recs.Offline.Evaluation.EvaluationException>(() => new ReplayEvaluation(bts));
    }

    static string? Campaign() => SharedData.Folder("open-bandit-men");

    static void AssertCovers(OffPolicyResult result, double served)
    {
        foreach (var estimate in result.Estimates)
        {
            Assert.True(estimate.Interval.Cover(served), $"{estimate.Estimator}: [{estimate.Interval.Low}, {estimate.Interval.High}], served {served}");
        }

        // An interval that holds everything would prove nothing.
        Assert.All(
            result.Estimates.Where(estimate => Consistent.Contains(estimate.Estimator)),
            estimate => Assert.InRange(estimate.Interval.HalfWidth, 0, served));
    }

    static void Generated()
    {
        TestContext.Current.TestOutputHelper!.WriteLine("shared/data/open-bandit-men is not here: reduced to the synthetic world.");
        var world = SyntheticWorld.Create(3);
        var (log, target, _) = world.Draw(4000, 1);

        AssertCovers(OffPolicyEvaluation.Run(log, target, OffPolicyOptions.Default), world.TargetValue);
    }
}
