using CsCheck;

using Recs.Matching.Bandits;
using Recs.Matching.Linear;

using Xunit;

namespace Recs.Tests.Linear;

public sealed class LinearArmsTests
{
    const int Base = 40;
    const int Clusters = 6;

    static readonly Gen<(int Row, int[] At, ushort[] Weights, ushort? Reward)> AnyUpdate =
        Gen.Select(
            Gen.Int[0, 3],
            Gen.Shuffle(Enumerable.Range(0, Clusters).ToArray(), 1, 3),
            Gen.UShort[1, 65535].Array[3],
            Gen.Bool,
            Gen.UShort).Select((row, at, weights, isReward, reward) =>
                (row, at, weights[..at.Length], isReward ? reward : (ushort?)null));

    [Fact]
    public void Beliefs_are_those_of_dense_ridge_regressions() =>
        Gen.Select(AnyUpdate.Array[0, 60], Gen.Bool, Gen.Shuffle(Enumerable.Range(0, Clusters).ToArray(), 1, 3)).Sample(
            (updates, isPooled, at) =>
            {
                var arms = New(armsMax: 10);
                Apply(arms, updates);
                float[] weights = [.. at.Select((_, k) => 0.5f / (k + 1))];
                for (var row = 0; row < 4; row++)
                {
                    var (mean, spread) = arms.BeliefOf(row, Base, at, weights, isPooled);
                    var (expectedMean, expectedVariance) = Dense(updates, row, at, weights, isPooled);
                    Assert.Equal(expectedMean, mean, 1e-4);
                    Assert.Equal(Math.Sqrt(expectedVariance), spread, 1e-4);
                }
            },
            iter: 200);

    [Fact]
    public void Pages_bring_everything_back() =>
        AnyUpdate.Array[1, 60].Sample(
            updates =>
            {
                var arms = New(armsMax: 10);
                Apply(arms, updates);
                var copy = New(armsMax: 10);
                var page = new long[LinearArms.PageLength(Clusters)];
                foreach (var row in (int[])[-1, .. arms.Rows])
                {
                    arms.CopyTo(row, page);
                    copy.Restore(row, page);
                }

                copy.Publish();
                for (var row = 0; row < 5; row++)
                {
                    var (mean, spread) = arms.BeliefOf(row, Base, [0, 5], [0.7f, 0.3f], true);
                    var (copiedMean, copiedSpread) = copy.BeliefOf(row, Base, [0, 5], [0.7f, 0.3f], true);
                    Assert.Equal(mean, copiedMean, 1e-5);
                    Assert.Equal(spread, copiedSpread, 1e-5);
                }
            },
            iter: 100);

    [Fact]
    public void An_arm_beyond_the_limit_is_counted_and_becomes_as_certain_as_the_population()
    {
        var arms = New(armsMax: 1);
        Assert.True(arms.AddImpression(0, [Base], [65535]));
        for (var i = 0; i < 99; i++)
        {
            Assert.False(arms.AddImpression(1, [Base], [65535]));
            Assert.False(arms.AddReward(1, [Base], [65535], 65535));
        }

        arms.Publish();
        Assert.Equal(198, arms.RefusedCount);
        var (mean, spread) = arms.BeliefOf(1, Base, [0], [1f], true);
        Assert.Equal(99 / 101.0, mean, 1e-5);
        Assert.Equal(Math.Sqrt(1 / 101.0), spread, 1e-5);
        Assert.Equal(0, arms.BeliefOf(1, Base, [0], [1f], false).Mean);
    }

    [Fact]
    public void Clusters_of_another_graph_change_nothing_and_everything_is_new_to_them()
    {
        var arms = New(armsMax: 10);
        Assert.False(arms.AddImpression(0, [Base - 1], [65535]));
        Assert.False(arms.AddReward(0, [Base + Clusters], [65535], 65535));
        Assert.Empty(arms.Rows);
        Assert.True(arms.AddReward(0, [Base], [65535], 65535));
        Assert.Equal((0f, 1f), arms.BeliefOf(0, Base + 1, [0], [1f], true));
        Assert.False(arms.Reset(Base, Clusters));
        Assert.True(arms.Reset(Base + Clusters, Clusters));
        Assert.Empty(arms.Rows);
    }

    [Theory]
    [InlineData(0, Clusters)]
    [InlineData(10, LinearArms.DimensionsMax + 1)]
    public void Too_many_clusters_or_no_arms_turn_the_policies_off(int armsMax, int clusters)
    {
        var arms = new LinearArms(armsMax);
        _ = arms.Reset(0, clusters);
        Assert.Equal(0, arms.Dimensions);
        Assert.False(arms.AddImpression(0, [0], [65535]));
        Assert.Equal((0f, 1f), arms.BeliefOf(0, 0, [0], [1f], true));
    }

    static LinearArms New(int armsMax)
    {
        var arms = new LinearArms(armsMax);
        Assert.True(arms.Reset(Base, Clusters));
        return arms;
    }

    static void Apply(LinearArms arms, (int Row, int[] At, ushort[] Weights, ushort? Reward)[] updates)
    {
        foreach (var (row, at, weights, reward) in updates)
        {
            int[] clusters = [.. at.Select(cluster => Base + cluster)];
            Assert.True(reward is { } r
                ? arms.AddReward(row, clusters, weights, r)
                : arms.AddImpression(row, clusters, weights));
        }

        arms.Publish();
    }

    /// <summary>The same by the dense formulas that the evaluation uses.</summary>
    static (double Mean, double Variance) Dense(
        (int Row, int[] At, ushort[] Weights, ushort? Reward)[] updates, int row, int[] at, float[] weights, bool isPooled)
    {
        var pooled = new double[Clusters];
        if (isPooled)
        {
            var (inverse, moments) = Fit(updates);
            LinUcb.Solve(inverse, moments, pooled);
        }

        var (own, ownMoments) = Fit(updates.Where(update => update.Row == row));
        var coefficients = new double[Clusters];
        HierarchicalLinUcb.Coefficients(own, ownMoments, pooled, HierarchicalLinUcb.DefaultRidge, coefficients);
        var context = Context(at, [.. weights.Select(weight => (double)weight)]);
        return (LinUcb.Dot(context, coefficients), LinUcb.Variance(own, context));
    }

    static (double[] Inverse, double[] Moments) Fit(IEnumerable<(int Row, int[] At, ushort[] Weights, ushort? Reward)> updates)
    {
        var inverse = new double[Clusters * Clusters];
        var moments = new double[Clusters];
        LinUcb.Reset(inverse, Clusters, HierarchicalLinUcb.DefaultRidge);
        foreach (var (_, at, weights, reward) in updates)
        {
            var context = Context(at, [.. weights.Select(weight => weight / 65535.0)]);
            if (reward is not { } r)
            {
                LinUcb.Add(inverse, context, new double[Clusters]);
                continue;
            }

            for (var i = 0; i < Clusters; i++)
            {
                moments[i] += context[i] * r / 65535.0;
            }
        }

        return (inverse, moments);
    }

    static double[] Context(int[] at, double[] weights)
    {
        var context = new double[Clusters];
        for (var k = 0; k < at.Length; k++)
        {
            context[at[k]] = weights[k];
        }

        return context;
    }
}
