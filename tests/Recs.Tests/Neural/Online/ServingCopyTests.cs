using System.Buffers;
using System.Runtime.InteropServices;

using Recs.Grains.Serving;
using Recs.Matching.Bandits;
using Recs.Matching.Graph;
using Recs.Matching.Numerics;
using Recs.Matching.Slates;
using Recs.Neural.Online;
using Recs.Neural.Tables;

using Xunit;

namespace Recs.Tests.Neural.Online;

public sealed class ServingCopyTests
{
    const int Items = 50;
    const int ClusterIdBase = 1000;

    static readonly OnlineOptions Options = new();
    static readonly Guid Viewer = new(Enumerable.Range(1, 16).Select(value => (byte)value).ToArray());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_served_is_what_the_model_believes(bool isStacked)
    {
        var options = Options with { IsStacked = isStacked };
        using var model = new OnlineModel(options);
        var copy = new ServingCopy(options);
        Live(model, 1, 5000);
        Take(copy, model);
        using var items = new ItemTable(Items + 1);
        using var scratch = new NeuralScratch(copy, 64);
        foreach (var viewer in (Guid[])[Viewer, Guid.Empty])
        {
            var candidates = Enumerable.Range(0, Items).Select(row => Candidate(model, options, items, row)).ToArray();
            NeuralScoring.Rank(
                copy, ClusterIdBase, items, viewer, [0, 3], [0.75f, 0.25f], new SlatePolicy { Kind = PolicyKind.NeuralUcb, Alpha = 2 }, candidates, scratch);
            for (var row = 0; row < Items; row++)
            {
                var believed = model.Predict(Pair(row) with { Viewer = KeyOf(viewer) });
                Assert.Equal(believed.Mean, candidates[row].Mean, 1e-4);
                Assert.Equal(Math.Sqrt(believed.Variance), candidates[row].Spread, 1e-3);
                Assert.Equal(candidates[row].Mean + (2 * candidates[row].Spread), candidates[row].Score, 1e-5f);
            }
        }
    }

    [Fact]
    public void Neural_linear_is_surer_of_what_it_has_seen_more_often()
    {
        using var model = new OnlineModel(Options with { IsStacked = false });
        var copy = new ServingCopy(Options with { IsStacked = false });
        Live(model, 1, 3000);
        for (var step = 0; step < 3000; step++)
        {
            _ = model.Apply(Pair(7));
        }

        Take(copy, model);
        using var items = new ItemTable(Items + 1);
        using var scratch = new NeuralScratch(copy, 4);
        Candidate[] candidates = [new(7, 0, 0.25f, 0, 0.25f, 3, Layer.Bandit), new(8, 0, 0.25f, 0, 0.25f, 3, Layer.Bandit)];
        NeuralScoring.Rank(
            copy, ClusterIdBase, items, Viewer, [0, 3], [0.75f, 0.25f], new SlatePolicy { Kind = PolicyKind.NeuralLinear }, candidates, scratch);
        Assert.True(candidates[0].Spread > 0 && candidates[0].Spread < candidates[1].Spread, $"{candidates[0].Spread} and {candidates[1].Spread}");
    }

    [Fact]
    public void The_last_layers_matrix_is_inverted()
    {
        var (rng, n) = (new Rng(3), 20);
        var sums = new float[n * n];
        for (var example = 0; example < 50; example++)
        {
            var features = Enumerable.Range(0, n).Select(at => at == n - 1 ? 1 : (float)rng.NextGaussian()).ToArray();
            for (var at = 0; at < sums.Length; at++)
            {
                sums[at] += features[at / n] * features[at % n];
            }
        }

        var inverse = LastLayer.Invert(sums, 0.5);
        for (var row = 0; row < n; row++)
        {
            for (var column = 0; column < n; column++)
            {
                var product = Enumerable.Range(0, n).Sum(k => (sums[(row * n) + k] + (row == k ? 0.5 : 0)) * inverse[(k * n) + column]);
                Assert.Equal(row == column ? 1 : 0, product, 1e-4);
            }
        }

        // φ = 0 but for the 1 behind it.
        Assert.Equal(inverse[^1], LastLayer.Variance(inverse, new float[n - 1]), 1e-6f);
    }

    [Fact]
    public void A_copy_taken_piece_by_piece_is_one_that_has_seen_every_change()
    {
        using var model = new OnlineModel(Options);
        var (follower, late) = (new ServingCopy(Options), new ServingCopy(Options));
        for (var round = 1UL; round <= 5; round++)
        {
            Live(model, round, 500);
            Take(follower, model);
        }

        for (var page = 0L; page >= 0;)
        {
            var piece = new ArrayBufferWriter<byte>();
            page = model.Dense.WritePiece(piece, page, 7);
            late.Take(piece.WrittenSpan);
        }

        foreach (var shard in model.Shards)
        {
            for (var page = 0L; page >= 0;)
            {
                var piece = new ArrayBufferWriter<byte>();
                page = shard.WritePiece(piece, page, 7);
                late.Take(piece.WrittenSpan);
            }
        }

        var (one, other) = (new float[Options.Width], new float[Options.Width]);
        for (var row = 0; row < Items; row++)
        {
            Assert.True(follower.TryReadItem(row, one) && late.TryReadItem(row, other));
            Assert.Equal(one, other);
        }

        foreach (var kind in (TableKind[])[TableKind.Viewers, TableKind.Items, TableKind.Clusters])
        {
            Assert.Equal(follower.Count(kind), late.Count(kind));
        }

        Assert.Equal((model.Dense.Steps, model.Dense.Steps), (follower.Network!.Steps, late.Network!.Steps));
    }

    [Fact]
    public void A_forgotten_viewer_is_forgotten_by_copies_and_pages_until_it_comes_back_as_another()
    {
        using var model = new OnlineModel(Options, viewerShards: 4);
        var (copy, row) = (new ServingCopy(Options), new float[Options.Width]);
        Live(model, 1, 500);
        Take(copy, model);
        Assert.True(copy.TryReadViewer(KeyOf(Viewer), row));
        Assert.Contains(row, value => value != 0);
        var viewers = copy.Count(TableKind.Viewers);

        model.Forget(KeyOf(Viewer));
        model.Forget(KeyOf(Viewer));
        Take(copy, model);
        Assert.False(copy.TryReadViewer(KeyOf(Viewer), row));
        Assert.Equal(viewers - 1, copy.Count(TableKind.Viewers));
        using var stored = OnlineModel.FromPages(
            [.. model.TakeChanged().Select(page => (page.Id, new ReadOnlyMemory<byte>(page.Payload)))], Options, viewerShards: 4);
        Assert.All(stored.Tables(TableKind.Viewers), table => Assert.Equal(EmbeddingTable.None, table.Find(KeyOf(Viewer))));

        // Who was forgotten while nobody listened is not in the copy that comes next.
        var deaf = new ServingCopy(Options);
        _ = model.Apply(Pair(3) with { Viewer = KeyOf(Viewer) });
        Take(deaf, model);
        deaf.KeepViewers((ExampleBlock.ShardOf(KeyOf(Viewer), 4) + 1) % 4, 4, []);
        Assert.True(deaf.TryReadViewer(KeyOf(Viewer), row));
        deaf.KeepViewers(ExampleBlock.ShardOf(KeyOf(Viewer), 4), 4, [KeyOf(Viewer)]);
        Assert.True(deaf.TryReadViewer(KeyOf(Viewer), row));
        deaf.KeepViewers(ExampleBlock.ShardOf(KeyOf(Viewer), 4), 4, []);
        Assert.False(deaf.TryReadViewer(KeyOf(Viewer), row));

        // Forgotten and back between two looks.
        _ = model.Apply(Pair(3) with { Viewer = KeyOf(Viewer) });
        model.Forget(KeyOf(Viewer));
        _ = model.Apply(Pair(3) with { Viewer = KeyOf(Viewer), Lot = uint.MaxValue });
        Take(copy, model);
        Assert.True(copy.TryReadViewer(KeyOf(Viewer), row));
    }

    [Fact]
    public void Before_the_first_dense_weights_the_edges_belief_stands()
    {
        var copy = new ServingCopy(Options);
        using var items = new ItemTable(Items);
        using var scratch = new NeuralScratch(copy, 4);
        Candidate[] candidates = [new(1, 9, 0.3f, 0.1f, 0.2f, 1, Layer.Fresh)];
        NeuralScoring.Rank(copy, ClusterIdBase, items, Viewer, [0], [1], new SlatePolicy { Kind = PolicyKind.NeuFastCb }, candidates, scratch);
        Assert.Equal(new Candidate(1, 0.3f, 0.3f, 0.1f, 0.2f, 1, Layer.Fresh), candidates[0]);
    }

    [Fact]
    public void Weights_of_other_sizes_are_refused()
    {
        using var model = new OnlineModel(Options);
        Live(model, 1, 1);
        var trunk = new ArrayBufferWriter<byte>();
        model.Dense.WriteTrunk(trunk);
        var copy = new ServingCopy(Options with { Hidden = [32] });
        _ = Assert.Throws<InvalidDataException>(() => copy.Take(trunk.WrittenSpan));
        Assert.Null(copy.Network);
    }

    [Fact]
    public void Ranking_allocates_nothing()
    {
        using var model = new OnlineModel(Options);
        var copy = new ServingCopy(Options);
        Live(model, 1, 1000);
        Take(copy, model);
        using var items = new ItemTable(Items + 1);
        using var scratch = new NeuralScratch(copy, 64);
        var (candidates, policy) = (Enumerable.Range(0, Items).Select(row => Candidate(model, Options, items, row)).ToArray(), SlatePolicy.Of(PolicyKind.NeuralTs));
        var before = 0L;
        for (var round = 0; round < 3; round++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            NeuralScoring.Rank(copy, ClusterIdBase, items, Viewer, [0, 3], [0.75f, 0.25f], policy, candidates, scratch);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    static void Take(ServingCopy copy, OnlineModel model)
    {
        var changes = new ArrayBufferWriter<byte>();
        model.WriteTouched(changes);
        model.Dense.WriteTrunk(changes);
        copy.Take(changes.WrittenSpan);
    }

    /// <summary>As the edges would score it: their mean, and none of the neural model's doubt.</summary>
    static Candidate Candidate(OnlineModel model, OnlineOptions options, ItemTable items, int row)
    {
        var edges = model.Edges(Pair(row));
        items.WriteTotals(row, new ItemTotals(edges.Shown, 0, 0));
        return new Candidate(row, 0, edges.Mean, options.IsStacked ? MathF.Sqrt(edges.Variance) : 0, 0.25f, 3, Layer.Bandit);
    }

    static OnlineExample Pair(int row) => new()
    {
        Row = row,
        Prior = 0.25f,
        Clusters = (int[])[ClusterIdBase, ClusterIdBase + 3],
        Weights = (float[])[0.75f, 0.25f],
        Matched = 3,
    };

    static void Live(OnlineModel model, ulong seed, int steps)
    {
        var rng = new Rng(seed);
        for (var step = 0; step < steps; step++)
        {
            var pair = Pair(step < Items ? step : rng.NextInt(Items)) with { Viewer = rng.NextInt(3) == 0 ? KeyOf(Viewer) : (UInt128)(uint)rng.NextInt(90) };
            _ = model.Apply(pair);
            if (rng.NextInt(4) == pair.Row % 4)
            {
                _ = model.Apply(pair with { IsReward = true, Reward = 1, Head = rng.NextInt(3) });
            }
        }
    }

    static UInt128 KeyOf(Guid viewer) => MemoryMarshal.Read<UInt128>(viewer.ToByteArray());
}
