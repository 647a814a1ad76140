using Recs.Offline.Evaluation.OffPolicy;
using Xunit;

namespace Recs.Tests.Evaluation.OffPolicy;

/// <summary>The estimators on a world whose truth is a sum. The whole study is <c>recs evaluate ope --synthetic 1000</c>.</summary>
public sealed class SyntheticStudyTests
{
    const int Logs = 300;

    // 400 resamples move the ends of an interval by far less than chance moves the interval.
    static readonly OffPolicyOptions Options = new() { Resamples = 400 };

    static readonly SyntheticWorld World = SyntheticWorld.Create(7);

    [Fact]
    public void Unbiased_estimators_are_within_three_standard_errors_and_every_interval_covers()
    {
        var lines = Study(ModelQuality.Fitted, 1);

        foreach (var line in lines)
        {
            // 92 to 98 % are 3.5 standard deviations of the share for 1,000 logs; 300 logs need a wider range.
            Assert.True(line.Coverage is > 0.90 and < 0.99, $"{line.Estimator}: {line.Coverage:P1}");
        }

        foreach (var estimator in (Estimator[])[Estimator.Ips, Estimator.SelfNormalisedIps, Estimator.DoublyRobust, Estimator.SelfNormalisedDoublyRobust])
        {
            Assert.InRange(Of(lines, estimator).BiasZ, -3, 3);
        }
    }

    [Fact]
    public void With_the_true_model_everything_that_uses_it_is_unbiased()
    {
        foreach (var line in Study(ModelQuality.True, 1).Where(line => EstimatorNames.UsesModel(line.Estimator)))
        {
            Assert.InRange(line.BiasZ, -3, 3);
        }
    }

    [Fact]
    public void Doubly_robust_is_right_when_either_part_is_and_wrong_when_neither_is()
    {
        Assert.InRange(Of(Study(ModelQuality.Wrong, 1), Estimator.DoublyRobust).BiasZ, -3, 3);
        Assert.InRange(Of(Study(ModelQuality.True, 0.5), Estimator.DoublyRobust).BiasZ, -3, 3);
        Assert.True(Math.Abs(Of(Study(ModelQuality.Wrong, 0.5), Estimator.DoublyRobust).BiasZ) > 10);
    }

    [Fact]
    public void Wrong_propensities_mislead_inverse_propensity_and_a_wrong_model_the_direct_method()
    {
        Assert.True(Of(Study(ModelQuality.True, 0.5), Estimator.Ips).BiasZ > 10);
        Assert.True(Math.Abs(Of(Study(ModelQuality.Wrong, 1), Estimator.DirectMethod).BiasZ) > 10);
        Assert.True(Of(Study(ModelQuality.Wrong, 1), Estimator.ClippedIps).Bias < 0);
    }

    [Fact]
    public void The_truth_is_what_serving_the_target_earns()
    {
        var (log, target, means) = World.Draw(200_000, 3);
        var earned = 0.0;
        for (var row = 0; row < log.RowCount; row++)
        {
            for (var action = 0; action < log.Actions.Count; action++)
            {
                earned += target.Of(row)[action] * means[row][action];
            }
        }

        Assert.Equal(World.TargetValue, earned / log.RowCount, 0.003);
        Assert.Equal(World.LoggedValue, log.Rewards.Average(), 0.004);
    }

    [Fact]
    public void The_number_of_threads_does_not_matter()
    {
        var request = new StudyRequest(6, 200);

        Assert.Equal(SyntheticStudy.Run(World, request, Options, 1), SyntheticStudy.Run(World, request, Options, 3));
    }

    static StudyLine[] Study(ModelQuality model, double factor) => SyntheticStudy.Run(
        World, new StudyRequest(Logs, 500, model, factor), model == ModelQuality.Fitted ? Options : Options with { Resamples = 20 }, 2);

    static StudyLine Of(StudyLine[] lines, Estimator estimator) => lines.Single(line => line.Estimator == estimator);
}
