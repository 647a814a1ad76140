using Recs.Offline.Embeddings;
using Recs.Schema.Models;
using Xunit;

namespace Recs.Tests.Offline;

/// <summary>The two towers on a world of groups: what they learn, where they begin, and that threads do not matter.</summary>
public sealed class TwoTowerTests
{
    static readonly TasteWorld World = TasteWorld.Create(viewers: 400, items: 120, groups: 6, perViewer: 12, seed: 5);

    [Fact]
    public void Held_out_items_score_above_others()
    {
        var model = Training.Model(World.Input(), Options());

        var auc = World.HeldOut.Take(300).Average(pair =>
        {
            var liked = World.Training.Where(met => met.Viewer == pair.Viewer).Select(met => met.Row).ToArray();
            return Ranking.Auc(Ranking.Scores(model, Ranking.FoldIn(model, liked)), pair.Row, liked.ToHashSet());
        });

        Assert.True(auc > 0.8, $"AUC {auc}");
    }

    [Fact]
    public void The_number_of_threads_does_not_matter() => Assert.Equal(
        ModelCodec.Write(Training.Model(World.Input(), Options() with { Threads = 1 })).ToArray(),
        ModelCodec.Write(Training.Model(World.Input(), Options() with { Threads = 3 })).ToArray());

    [Fact]
    public void An_item_without_history_lies_with_its_group()
    {
        var input = World.Input();
        var fresh = new Recs.Offline.Joins.RetrainItem(500, "fresh", TasteWorld.Now) { Categories = ["group-2"] };
        var model = Training.Model(input with { Items = [.. input.Items, fresh] }, Options());
        var vector = model.VectorOf(model.IndexOf(500)).ToArray();
        var byGroup = World.Items.GroupBy(item => item.Row % World.Groups)
            .ToDictionary(group => group.Key, group => group.Average(item => Dot(vector, model.VectorOf(model.IndexOf(item.Row)))));

        Assert.Equal(2, byGroup.MaxBy(pair => pair.Value).Key);
    }

    [Fact]
    public void A_retraining_begins_where_its_parent_ended()
    {
        var first = Training.Model(World.Input(), Options());
        var again = Training.Model(World.Input(first), Options(epochs: 1));
        var anew = Training.Model(World.Input(), Options(epochs: 1) with { Seed = 9 });

        Assert.True(Alike(first, again) > 0.9, $"{Alike(first, again)}");
        Assert.True(Alike(first, again) > Alike(first, anew) + 0.05);
    }

    static Recs.Offline.RetrainOptions Options(int epochs = 20) => Training.Small with
    {
        Embeddings = EmbeddingKind.TwoTower,
        Towers = new() { Epochs = epochs, Rate = 0.05f, Batch = 256 },
    };

    static double Alike(ModelFile left, ModelFile right) => Enumerable.Range(0, left.Items).Average(item =>
    {
        var (a, b) = (left.VectorOf(item).ToArray(), right.VectorOf(item).ToArray());
        return Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));
    });

    static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }
}
