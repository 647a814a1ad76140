using Recs.Offline;
using Recs.Offline.Joins;
using Recs.Schema.Models;
using Xunit;

namespace Recs.Tests.Offline;

/// <summary>What a training promises, from catalogue and log to model.</summary>
public sealed class RetrainTests
{
    static readonly TasteWorld World = TasteWorld.Create(600, 300, 6, 12, 1, hasUnrewarded: true);

    [Fact]
    public void Ranks_held_out_items_better_than_popularity_does()
    {
        var model = Training.Model(World.Input());
        var popularity = new float[model.Items];
        foreach (var (_, row, reward) in World.Training)
        {
            popularity[row] += reward;
        }

        var liked = World.Training.Where(met => met.Reward > 0).ToLookup(met => met.Viewer, met => met.Row);
        double learned = 0, popular = 0;
        foreach (var (viewer, row) in World.HeldOut)
        {
            var seen = liked[viewer].Where(other => other != row).ToHashSet();
            learned += Ranking.Auc(Ranking.Scores(model, Ranking.FoldIn(model, [.. seen])), row, seen);
            popular += Ranking.Auc(popularity, row, seen);
        }

        (learned, popular) = (learned / World.HeldOut.Count, popular / World.HeldOut.Count);
        TestContext.Current.SendDiagnosticMessage($"held-out AUC: ALS {learned:f3}, popularity {popular:f3}");
        Assert.True(learned > popular + 0.05, $"ALS {learned}, popularity {popular}");
    }

    [Fact]
    public void Gives_the_same_bytes_for_a_seed_on_any_number_of_threads()
    {
        var one = ModelCodec.Write(Training.Model(World.Input(), Training.Small with { Threads = 1 }));
        var two = ModelCodec.Write(Training.Model(World.Input(), Training.Small with { Threads = 2 }));
        var other = ModelCodec.Write(Training.Model(World.Input(), Training.Small with { Seed = 2 }));
        Assert.Equal(one, two);
        Assert.NotEqual(one, other);
    }

    [Fact]
    public void Reaches_every_available_item_and_no_other()
    {
        var world = TasteWorld.Create(300, 400, 4, 8, 3);
        var items = world.Items.Select(item => item with { Available = item.Row % 7 != 0 }).ToList();
        var model = Training.Model(world.Input() with { Items = items });
        var clusters = new int[items.Count];
        foreach (var row in model.EdgeRows)
        {
            clusters[row]++;
        }

        Assert.All(items, item => Assert.True(
            item.Available ? clusters[item.Row] >= Training.Small.AttachClusters : clusters[item.Row] == 0, item.Id));
    }

    [Fact]
    public void Gives_every_cluster_its_share_of_fresh_items()
    {
        var model = Training.Model(World.Input());
        var fresh = World.Items.Where(item => TasteWorld.Now - item.CreatedAt <= Training.Small.FreshFor)
            .Select(item => item.Row).ToHashSet();
        Assert.True(fresh.Count >= Training.Small.FreshEdges, "the world has fresh items");
        for (var cluster = 0; cluster < model.Clusters; cluster++)
        {
            Assert.True(model.RowsOf(cluster).ToArray().Count(fresh.Contains) >= Training.Small.FreshEdges);
        }
    }

    [Fact]
    public void Keeps_cluster_identity_from_one_training_to_the_next()
    {
        var first = Training.Model(World.Input()) with { Version = 1 };
        var second = Training.Run(World.Input(first));
        Assert.True(second.IsTrained);
        Assert.Equal((first.Lineage, first.ClusterIdBase, 1L), (second.Model.Lineage, second.Model.ClusterIdBase, second.Model.Parent));
        TestContext.Current.SendDiagnosticMessage(
            $"kept: viewers {second.Manifest.Figures.ViewersKeptShare:p1}, edges {second.Manifest.Figures.EdgesCarriedShare:p1}");
        Assert.True(second.Manifest.Figures.ViewersKeptShare > 0.8);
        Assert.True(second.Manifest.Figures.EdgesCarriedShare > 0.7);
        for (var cluster = 0; cluster < first.Clusters; cluster++)
        {
            Assert.Equal(cluster, MostAlike(first, cluster, second.Model));
        }
    }

    [Theory]
    [InlineData(16, 13)]
    [InlineData(24, 12)]
    public void Begins_a_new_lineage_with_new_ids_when_the_shapes_change(int dims, int clusters)
    {
        var first = Training.Model(World.Input()) with { Version = 1 };
        var result = Training.Run(World.Input(first), Training.Small with { Dims = dims, Clusters = clusters });
        Assert.True(result.IsTrained);
        Assert.Equal(first.Lineage + 1, result.Model.Lineage);
        Assert.Equal(first.ClusterIdBase + first.Clusters, result.Model.ClusterIdBase);
        Assert.Equal(0, result.Manifest.Counts.EdgesCarried);
    }

    [Fact]
    public void Takes_the_shapes_of_its_parent_where_the_settings_are_silent()
    {
        var first = Training.Model(World.Input()) with { Version = 1 };
        var second = Training.Model(World.Input(first), Training.Small with { Dims = null, Clusters = null, Buckets = null });
        Assert.Equal((first.Dims, first.Clusters, first.Buckets), (second.Dims, second.Clusters, second.Buckets));
        Assert.Equal(first.Lineage, second.Lineage);
    }

    [Fact]
    public void Fits_a_prior_that_tells_liked_from_shown()
    {
        var result = Training.Run(World.Input());
        Assert.True(result.IsTrained);
        Assert.True(result.Manifest.Figures.PriorPairs >= 1000);
        Assert.True(result.Model.PriorSlope > 0.5, $"slope {result.Model.PriorSlope}");
    }

    [Fact]
    public void Keeps_the_configured_prior_when_nothing_was_shown_in_vain()
    {
        var model = Training.Model(TasteWorld.Create(300, 100, 4, 8, 3).Input(), Training.Small with { BaseRate = 0.25 });
        Assert.Equal((float)Math.Log(0.25 / 0.75), model.PriorIntercept);
        Assert.Equal(1, model.PriorSlope);
    }

    [Fact]
    public void Refuses_an_empty_catalogue_in_one_line()
    {
        var result = Training.Run(new([], new Interactions(), null));
        Assert.False(result.IsTrained);
        Assert.Equal("there are no items to train on: the catalogue is empty", result.Refusal);
    }

    [Fact]
    public void Refuses_settings_out_of_range_and_rows_that_repeat()
    {
        Assert.Contains("Dims", Training.Run(World.Input(), Training.Small with { Dims = 0 }).Refusal, StringComparison.Ordinal);
        var twice = new[] { World.Items[0], World.Items[0] };
        Assert.Contains("row 0", Training.Run(new(twice, new Interactions(), null)).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(
            () => Retrain.Run(World.Input(), Training.Small, TimeProvider.System, null, source.Token));
    }

    /// <summary>The cluster of a later model whose centroid is most like one of an earlier model.</summary>
    static int MostAlike(ModelFile earlier, int cluster, ModelFile later)
    {
        var centroid = earlier.Centroids.AsMemory(cluster * earlier.Dims, earlier.Dims).ToArray();
        return Enumerable.Range(0, later.Clusters).MaxBy(other =>
            centroid.Zip(later.Centroids.Skip(other * later.Dims), (a, b) => a * b).Sum());
    }
}
