using Microsoft.Extensions.Time.Testing;
using Recs.Offline;
using Recs.Offline.Joins;
using Recs.Offline.Models;
using Recs.Schema.Models;
using Xunit;

namespace Recs.Tests.Offline;

/// <summary>A newcomer's store: no log, few items, nothing known of them.</summary>
public sealed class LittleDataTests
{
    static readonly TasteWorld World = TasteWorld.Create(0, 200, 5, 0, 1);

    [Fact]
    public void Works_with_an_empty_log_on_content_alone()
    {
        var model = Training.Model(World.Input());
        Assert.All(model.Gram, value => Assert.Equal(0, value));
        Assert.Equal(World.Items.Count, model.EdgeRows.Distinct().Count());

        // Who liked two items of a group is served that group first.
        var scores = Ranking.Scores(model, Ranking.FoldIn(model, [0, 5]));
        var best = Enumerable.Range(0, model.Items).OrderByDescending(item => scores[item]).Take(10);
        Assert.All(best, item => Assert.Equal(0, item % World.Groups));
    }

    [Fact]
    public void Folds_in_as_the_average_of_what_was_liked_when_there_is_no_history()
    {
        var model = Training.Model(World.Input());
        var viewer = Ranking.FoldIn(model, [0, 1, 2]);
        var average = new float[model.Dims];
        for (var d = 0; d < model.Dims; d++)
        {
            average[d] = model.VectorOf(0)[d] + model.VectorOf(1)[d] + model.VectorOf(2)[d];
        }

        Recs.Matching.Contexts.UnitVector.Normalise(average);
        Assert.All(viewer.Zip(average), pair => Assert.Equal(pair.First, pair.Second, 3));
    }

    [Fact]
    public void Works_with_items_of_which_nothing_is_known()
    {
        var world = TasteWorld.Create(400, 120, 4, 8, 5, hasContent: false);
        var known = Training.Run(world.Input());
        Assert.True(known.IsTrained);
        var unknown = Training.Run(new(world.Items, new Interactions(), null));
        Assert.True(unknown.IsTrained);
        Assert.Equal(world.Items.Count, unknown.Manifest.Counts.ItemsDrawn);
        Assert.All(unknown.Model.ItemVectors, value => Assert.True(float.IsFinite(value)));
        Assert.Equal(world.Items.Count, unknown.Model.EdgeRows.Distinct().Count());
    }

    [Fact]
    public void Works_with_one_item()
    {
        var model = Training.Model(new([World.Items[0] with { Row = 41 }], new Interactions(), null));
        Assert.Equal([41], model.ItemRows);
        Assert.Equal(Training.Small.Clusters, model.Clusters);
        Assert.All(Enumerable.Range(0, model.Clusters), cluster => Assert.Equal([41], model.RowsOf(cluster).ToArray()));
    }

    [Fact]
    public void Works_when_no_item_is_available()
    {
        var items = World.Items.Select(item => item with { Available = false }).ToList();
        Assert.Equal(0, Training.Model(new(items, new Interactions(), null)).Edges);
    }

    [Fact]
    public void Uses_embeddings_that_callers_give()
    {
        var items = World.Items.Select(item => item with
        {
            Categories = [],
            Creator = null,
            Embedding = item.Row % 2 == 0 ? [1, 0, 0.1f] : [0, 1, 0.1f],
        }).ToList();
        var model = Training.Model(new(items, new Interactions(), null));
        Assert.Equal(3, model.Embedding);
        var scores = Ranking.Scores(model, Ranking.FoldIn(model, [0]));
        Assert.True(scores[2] > scores[1] + 0.5f, $"same direction {scores[2]}, another {scores[1]}");
    }

    [Fact]
    public void Starts_the_first_training_from_the_seeded_model()
    {
        var options = Training.Small with { Dims = null, Clusters = null, Buckets = null };
        var seeded = FirstModel.Create(Training.Small, 0, TasteWorld.Now) with { Version = 1 };
        Assert.Equal(ModelCodec.Write(seeded), ModelCodec.Write(FirstModel.Create(Training.Small, 0, TasteWorld.Now)));
        var model = Training.Model(World.Input(seeded), options);
        Assert.Equal((seeded.Lineage, seeded.ClusterIdBase, 1L), (model.Lineage, model.ClusterIdBase, model.Parent));
        Assert.Equal(seeded.ContentMap, model.ContentMap);
    }

    [Fact]
    public void Goes_on_from_content_to_history_in_the_same_lineage()
    {
        var world = TasteWorld.Create(600, 200, 5, 10, 2);
        var content = Training.Model(new(world.Items, new Interactions(), null)) with { Version = 1 };
        var result = Training.Run(world.Input(content));
        Assert.True(result.IsTrained);
        Assert.Equal(content.Lineage, result.Model.Lineage);
        Assert.True(result.Manifest.Counts.ItemsFromHistory > 150);
        TestContext.Current.SendDiagnosticMessage(
            $"content to history: viewers kept {result.Manifest.Figures.ViewersKeptShare:p1}, edges carried {result.Manifest.Figures.EdgesCarriedShare:p1}");
    }

    [Fact]
    public void Places_a_new_item_by_its_content_among_items_with_history()
    {
        var world = TasteWorld.Create(600, 200, 5, 10, 2);
        var items = world.Items.Append(new RetrainItem(500, "new", TasteWorld.Now) { Categories = ["group-3"] }).ToList();
        var model = Training.Model(world.Input() with { Items = items });
        var scores = Ranking.Scores(model, Ranking.FoldIn(model, [3, 8, 13]));
        var other = Ranking.Scores(model, Ranking.FoldIn(model, [1, 6, 11]));
        Assert.True(scores[^1] > other[^1] + 0.2f, $"own group {scores[^1]}, another {other[^1]}");
    }

    [Fact]
    public void Ids_of_a_new_lineage_are_above_those_of_every_stored_model()
    {
        var time = new FakeTimeProvider(TasteWorld.Now);
        var first = Retrain.Run(World.Input(), Training.Small, time, null, TestContext.Current.CancellationToken).Manifest!;
        var rolledBack = first with { Lineage = 4, ClusterIdBase = 100, Clusters = 50 };
        Assert.Equal(new(5, 150), LineageNumbers.After([first, rolledBack]));
        Assert.Equal(new(1, 0), LineageNumbers.After([]));
    }
}
