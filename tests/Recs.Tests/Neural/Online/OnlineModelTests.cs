using Recs.Matching.Numerics;
using Recs.Neural.Networks;
using Recs.Neural.Online;

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

    [Theory]
    [InlineData(OptimizerKind.Sgd, 0.1)]
    [InlineData(OptimizerKind.AdaGrad, 0.2)]
    [InlineData(OptimizerKind.Adam, 0.01)]
    public void What_one_viewer_likes_is_learned_for_that_viewer(OptimizerKind optimizer, float rate)
    {
        using var model = new OnlineModel(Options with { RowOptimizer = optimizer, RowRate = rate });
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
        Assert.True(original.Tables(TableKind.Viewers)[0].Evicted > 0 && original.Tables(TableKind.Items)[0].Evicted > 0);
    }

    [Theory]
    [InlineData(AdmissionKind.Open)]
    [InlineData(AdmissionKind.Counted)]
    [InlineData(AdmissionKind.Probabilistic)]
    public void However_examples_are_cut_into_blocks_the_model_is_the_same_bit_for_bit(AdmissionKind admission)
    {
        // Limits so low that rows make room, expire and come back in the midst of a block; some viewers are forgotten in it.
        var options = Options with { Admission = admission, ViewersMax = 60, ItemsMax = 24, EdgesMax = 90, AdmitAfter = 2, ExpirySeconds = 700 };
        using var one = new OnlineModel(options, viewerShards: 3, itemShards: 2);
        using var blocks = new OnlineModel(options, viewerShards: 3, itemShards: 2);
        var block = new ExampleBlock(options, 3, 2);
        var (rng, wanted) = (new Rng(9), 1);
        Each(6, 4000, (in OnlineExample example) =>
        {
            _ = one.Apply(example);
            _ = blocks.Dense.TryAdd(block, example);
            if (example.Lot % 5 == 0 && example.Viewer != 0)
            {
                one.Forget(example.Viewer);
                block.Forget(example.Viewer);
            }

            if (block.Count >= wanted)
            {
                _ = blocks.Learn(block);
                block.Clear();
                wanted = 1 + rng.NextInt(200);
            }
        });
        _ = blocks.Learn(block);
        Assert.Equal(Contents(one), Contents(blocks));
        Assert.All((TableKind[])[TableKind.Viewers, TableKind.Items, TableKind.Edges], kind =>
            Assert.True(one.Tables(kind).All(table => table.Evicted > 0), $"{kind} must have made room"));
    }

    [Fact]
    public void However_many_owners_share_the_rows_the_model_is_the_same_bit_for_bit()
    {
        using var whole = new OnlineModel(Options);
        using var split = new OnlineModel(Options, viewerShards: 16, itemShards: 7);
        Each(7, 4000, (in OnlineExample example) =>
        {
            _ = whole.Apply(example);
            _ = split.Apply(example);
        });
        Assert.Equal(Contents(whole).Where(IsParameter), Contents(split).Where(IsParameter));
        Assert.True(split.Tables(TableKind.Viewers).Count(table => table.Count > 0) > 8);

        // How many rows an owner has differs, of course.
        static bool IsParameter(string line) => line.Split(' ').Length != 4;
    }

    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.Adam)]
    public void A_split_model_restored_from_its_pages_goes_on_bit_for_bit(OptimizerKind optimizer)
    {
        var options = Options with { RowOptimizer = optimizer, RowRate = 0.01f, ViewersMax = 300, ItemsMax = 40, EdgesMax = 200, ExpirySeconds = 4000 };
        using var original = new OnlineModel(options, 4, 3);
        var stored = new Dictionary<long, byte[]>();
        Live(original, 1, 2000);
        Store(original, stored);
        Live(original, 2, 2000);
        Store(original, stored);
        using var restored = OnlineModel.FromPages([.. stored.Select(page => (page.Key, new ReadOnlyMemory<byte>(page.Value)))], options, 4, 3);
        Live(original, 3, 2000);
        Live(restored, 3, 2000);
        Assert.Equal(Contents(original), Contents(restored));
    }

    [Fact]
    public void Rows_that_are_not_those_lent_are_not_taken_back()
    {
        var shard = new RowShard(Options, RowOwner.Viewers, 1);
        var rows = new PulledRows();
        shard.Pull([new Meeting(5, 1, TableKind.Viewers)], rows);
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => shard.Push(new float[7]));
        shard.Push(rows.Rows);
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => shard.Push(rows.Rows));
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
        Assert.Equal(3, model.Dense.Refused);
        Assert.True(model.Dense.Clipped > 0);
        Assert.DoesNotContain(model.Dense.Network.Parameters.ToArray(), value => !float.IsFinite(value));
        Assert.All(Contents(model), line => Assert.DoesNotContain("NaN", line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_step_allocates_nothing_once_the_rows_are_there()
    {
        using var model = new OnlineModel(Options);
        Learner learn = (in OnlineExample example) => _ = model.Apply(example);
        Each(1, 3000, learn);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Each(1, 3000, learn);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    static void Live(OnlineModel model, ulong seed, int steps) => Each(seed, steps, (in OnlineExample example) => _ = model.Apply(example));

    delegate void Learner(in OnlineExample example);

    static void Each(ulong seed, int steps, Learner learn)
    {
        var rng = new Rng(seed);
        Span<int> clusters = stackalloc int[2];
        for (var step = 0; step < steps; step++)
        {
            (clusters[0], clusters[1]) = (rng.NextInt(4), 4 + rng.NextInt(4));
            learn(new()
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
        foreach (var kind in (TableKind[])[TableKind.Viewers, TableKind.Items, TableKind.Clusters, TableKind.Edges])
        {
            lines.AddRange(model.Tables(kind)
                .SelectMany(table => Enumerable.Range(0, table.Rows).Where(row => table.KeyOf(row) != UInt128.Zero)
                    .Select(row => $"{kind} {table.KeyOf(row)} {string.Join(' ', table.Row(row).ToArray())}"))
                .Order(StringComparer.Ordinal));
        }

        lines.AddRange(model.Tables(TableKind.Viewers).Select(table => $"{table.Count} {table.Evicted} {table.Expired} {table.NotAdmitted}"));
        var dense = model.Dense;
        return
        [
            .. lines, string.Join(' ', dense.Network.Parameters.ToArray()), string.Join(' ', dense.Confidence.Sums.ToArray()),
            string.Join(' ', dense.Rewards.ToArray()), string.Join(' ', dense.LastLayer.Sums),
        ];
    }
}
