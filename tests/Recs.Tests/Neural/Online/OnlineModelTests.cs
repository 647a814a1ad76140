using Recs.Matching.Numerics;
using Recs.Neural.Networks;
using Recs.Neural.Online;
using Recs.Neural.Tables;

using Xunit;

namespace Recs.Tests.Neural.Online;

public sealed class OnlineModelTests
{
    const int Clusters = 8;
    const int Items = 60;

    static readonly OnlineOptions Options = new();

    [Theory]
    [InlineData(RewardLoss.CrossEntropy)]
    [InlineData(RewardLoss.Square)]
    public void A_model_that_has_learned_nothing_predicts_its_baseline(RewardLoss loss)
    {
        using var model = new OnlineModel(Options with { Loss = loss });
        var belief = model.Predict(new() { Row = 3, Prior = 0.2f, Clusters = [1, 2], Weights = [0.6f, 0.4f], Matched = 3 });
        Assert.Equal(0.2, belief.Mean, 5e-3);
        Assert.True(belief.Variance > 0);
    }

    [Fact]
    public void The_baseline_of_a_stack_is_the_hierarchical_mean()
    {
        // π = 0.5, one impression rewarded, one not: η = 0/(2 + 4), edges 0; then a third rewarded: R = 0.5, n = 3.
        using var model = new OnlineModel(Options with { Trunk = new() { Rate = 0 }, RowRate = 0 });
        foreach (var reward in (float[])[1, 0, 1])
        {
            Show(model, 1, 7, [4], [1], reward);
        }

        const double Effect = 0.5 / (3 + 4);
        const double Edge = (0.5 - (3 * Effect)) / (3 + 16);
        Assert.Equal(0.5 + Effect + Edge, model.Predict(Pair(1, 7, [4], [1])).Mean, 5e-3);
    }

    [Theory]
    [InlineData(RewardLoss.CrossEntropy, true, 1)]
    [InlineData(RewardLoss.CrossEntropy, true, 0.2)]
    [InlineData(RewardLoss.CrossEntropy, false, 1)]
    [InlineData(RewardLoss.Square, true, 1)]
    public void It_learns_a_taste_that_no_sum_over_clusters_has_and_stays_calibrated(RewardLoss loss, bool isStacked, double kept)
    {
        // Items of even rows are liked where exactly one of two clusters is active, odd ones where both or none are.
        using var model = new OnlineModel(Options with { Loss = loss, IsStacked = isStacked, NegativesKept = kept });
        var rng = new Rng(5);
        var (squares, baseline, predicted, rewards, counted) = (0.0, 0.0, 0.0, 0.0, 0);
        for (var step = 0; step < 40_000; step++)
        {
            var (first, second, item) = (rng.NextInt(4), rng.NextInt(4), rng.NextInt(Items));
            var chance = (first < 2) != (second < 2) == (item % 2 == 0) ? 0.45 : 0.05;
            float reward = rng.NextDouble() < chance ? 1 : 0;
            if (step >= 30_000)
            {
                var mean = model.Predict(Pair(0, item, [first, 4 + second], [0.5f, 0.5f])).Mean;
                squares += (mean - chance) * (mean - chance);
                baseline += (0.25 - chance) * (0.25 - chance);
                (predicted, rewards, counted) = (predicted + mean, rewards + reward, counted + 1);
            }

            Show(model, 0, item, [first, 4 + second], [0.5f, 0.5f], reward, (uint)rng.Next());
        }

        Assert.True(squares < (kept < 1 ? 0.4 : 0.25) * baseline, $"{squares / baseline:f3} of the variance is left");
        Assert.Equal(rewards / counted, predicted / counted, 0.03);
    }

    [Fact]
    public void What_one_viewer_likes_is_learned_for_that_viewer()
    {
        using var model = new OnlineModel(Options);
        var rng = new Rng(2);
        for (var step = 0; step < 20_000; step++)
        {
            var (viewer, item) = (1 + rng.NextInt(2), rng.NextInt(10));
            Show(model, viewer, item, [1], [1], item % 2 == viewer % 2 ? 1 : 0);
        }

        Assert.True(model.Predict(Pair(1, 3, [1], [1])).Mean > 0.85);
        Assert.True(model.Predict(Pair(2, 3, [1], [1])).Mean < 0.15);
    }

    [Theory]
    [InlineData(AdmissionKind.Open)]
    [InlineData(AdmissionKind.Counted)]
    [InlineData(AdmissionKind.Probabilistic)]
    public void A_model_restored_from_its_pages_goes_on_bit_for_bit(AdmissionKind admission)
    {
        var options = Options with { Admission = admission, ViewersMax = 300, ItemsMax = 40, EdgesMax = 200, AdmitAfter = 3, ExpirySeconds = 4000 };
        using var original = new OnlineModel(options);
        var stored = new Dictionary<long, byte[]>();
        Live(original, 1, 4000);
        Store(original, stored);
        Live(original, 2, 4000);
        Store(original, stored);
        using var restored = OnlineModel.FromPages([.. stored.Select(page => (page.Key, new ReadOnlyMemory<byte>(page.Value)))], options);
        Live(original, 3, 4000);
        Live(restored, 3, 4000);
        Assert.Equal(Contents(original), Contents(restored));
        Assert.True(original.Viewers.Evicted > 0 && original.Items.Evicted > 0);
    }

    [Fact]
    public void Pages_of_other_sizes_are_refused_with_both()
    {
        using var model = new OnlineModel(Options);
        Assert.Empty(model.TakeChanged());
        Live(model, 1, 1);
        var pages = model.TakeChanged().Select(page => (page.Id, new ReadOnlyMemory<byte>(page.Payload))).ToArray();
        var refused = Assert.Throws<InvalidDataException>(() => OnlineModel.FromPages(pages, Options with { Hidden = [32] }));
        Assert.Contains("16 64 64 3", refused.Message, StringComparison.Ordinal);
        Assert.Contains("16 32 3", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_is_not_a_number_enters_a_parameter()
    {
        using var model = new OnlineModel(Options with { Trunk = new() { Rate = 50, NormMax = 1 }, RowRate = 50 });
        Live(model, 4, 20_000);
        Assert.Equal(StepOutcome.Refused, model.Apply(Pair(1, 1, [1], [1]) with { Prior = float.NaN }));
        Assert.Equal(StepOutcome.Refused, model.Apply(Pair(1, 1, [1], [1]) with { IsReward = true, Reward = float.PositiveInfinity }));
        Assert.Equal(StepOutcome.Refused, model.Apply(Pair(1, 1, [1], [float.NaN])));
        Assert.Equal(3, model.Refused);
        Assert.True(model.Clipped > 0);
        Assert.DoesNotContain(model.Network.Parameters.ToArray(), value => !float.IsFinite(value));
        Assert.All(Contents(model), line => Assert.DoesNotContain("NaN", line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_step_allocates_nothing_once_the_rows_are_there()
    {
        using var model = new OnlineModel(Options);
        Live(model, 1, 3000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Live(model, 1, 3000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    static void Live(OnlineModel model, ulong seed, int steps)
    {
        var rng = new Rng(seed);
        Span<int> clusters = stackalloc int[2];
        for (var step = 0; step < steps; step++)
        {
            (clusters[0], clusters[1]) = (rng.NextInt(4), 4 + rng.NextInt(4));
            _ = model.Apply(new()
            {
                Viewer = (UInt128)(uint)rng.NextInt(500),
                Row = rng.NextInt(Items),
                Prior = rng.NextSingle(),
                Clusters = clusters,
                Weights = [0.7f, 0.3f],
                Matched = (ushort)rng.NextInt(4),
                IsReward = rng.NextInt(3) == 0,
                Head = rng.NextInt(3),
                Reward = rng.NextSingle(),
                Seconds = (uint)((int)seed * 5000) + (uint)step,
                Lot = (uint)rng.Next(),
            });
        }
    }

    static void Show(OnlineModel model, int viewer, int item, int[] clusters, float[] weights, float reward, uint lot = 0)
    {
        var pair = Pair(viewer, item, clusters, weights, lot);
        Assert.NotEqual(StepOutcome.Refused, model.Apply(pair));
        if (reward > 0)
        {
            Assert.NotEqual(StepOutcome.Refused, model.Apply(pair with { IsReward = true, Reward = reward }));
        }
    }

    static OnlineExample Pair(int viewer, int item, int[] clusters, float[] weights, uint lot = 0) => new()
    {
        Viewer = (UInt128)(uint)viewer,
        Row = item,
        Prior = clusters.Length == 1 ? 0.5f : 0.25f,
        Clusters = clusters,
        Weights = weights,
        Matched = ushort.MaxValue,
        Lot = lot,
    };

    static void Store(OnlineModel model, Dictionary<long, byte[]> stored)
    {
        foreach (var (id, payload) in model.TakeChanged())
        {
            stored[id] = payload;
        }
    }

    /// <summary>Every number of a model by id, whatever rows they are in.</summary>
    static string[] Contents(OnlineModel model)
    {
        List<string> lines = [];
        foreach (var (table, ids) in ((EmbeddingTable, int)[])[(model.Viewers, 500), (model.Items, Items), (model.Clusters, Clusters)])
        {
            lines.AddRange(Enumerable.Range(1, ids).Select(id => table.Find((UInt128)(uint)id))
                .Where(row => row != EmbeddingTable.None).Select(row => $"{table.KeyOf(row)} {string.Join(' ', table.Row(row).ToArray())}"));
            lines.Add($"{table.Count} {table.Evicted} {table.Expired} {table.NotAdmitted}");
        }

        return [.. lines, string.Join(' ', model.Network.Parameters.ToArray()), string.Join(' ', model.Confidence.Sums.ToArray()), string.Join(' ', model.Rewards.ToArray()), string.Join(' ', model.LastLayer.Sums)];
    }
}
