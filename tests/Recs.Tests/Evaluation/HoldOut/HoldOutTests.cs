using Recs.Cli.Evaluate;
using Recs.Offline.Embeddings;
using Recs.Offline.Evaluation.HoldOut;
using Recs.Offline.Joins;
using Recs.Tests.Offline;
using Xunit;

namespace Recs.Tests.Evaluation.HoldOut;

public sealed class HoldOutTests
{
    [Fact]
    public void A_split_keeps_the_last_of_each_viewer_apart()
    {
        var viewer = TasteWorld.Viewer(1);
        var split = new TimeSplit(Items(6), [.. Enumerable.Range(0, 5).Select(i => new Meeting(viewer, i, i % 2 == 0 ? 1 : 0, 100 - i))], 0.2);

        var only = Assert.Single(split.Viewers);
        Assert.Equal([2, 4], only.Liked.Order());
        Assert.Equal([0], only.Next);
        Assert.Equal([1, 2, 3, 4], only.Met.Order());
        Assert.Equal([true, false, false, false, false, true], split.IsCold);
        Assert.Equal([0, 0, 1, 0, 1, 0], split.Counts);
        Assert.Equal(4, split.Interactions.Count);
    }

    [Fact]
    public void Recall_and_gain_are_those_of_the_definition()
    {
        var viewer = TasteWorld.Viewer(1);
        // Met 0; held out 1 and 3; the ranking says 2, 3, 1.
        var split = new TimeSplit(
            Items(4), [new(viewer, 0, 1, 1), new(viewer, 1, 1, 3), new(viewer, 3, 1, 4), new(TasteWorld.Viewer(2), 2, 1, 1)], 0.66);

        var quality = RetrievalQuality.Of("fixed", split, 2, _ => true, (_, scores) =>
        {
            float[] fixedScores = [9, 1, 3, 2];
            fixedScores.CopyTo(scores, 0);
            return true;
        });

        Assert.Equal(1, quality.Viewers);
        Assert.Equal(0.5, quality.Recall, 1e-12);
        Assert.Equal((1 / Math.Log2(3)) / (1 + (1 / Math.Log2(3))), quality.Ndcg, 1e-12);
        Assert.Equal(0.5, quality.Coverage, 1e-12);
    }

    [Fact]
    public void Candidate_layers_beat_popularity_and_content_places_what_nobody_has_met()
    {
        var folder = SharedData.Folder("movielens-small");
        var (items, meetings) = folder is null ? Generated() : MovieLensData.Read(folder);
        var evaluation = new HoldOutEvaluation(new(items, meetings, 0.2), new() { Clusters = 64 }, 20, TimeProvider.System);

        var (all, cold) = evaluation.Run([EmbeddingKind.Als, EmbeddingKind.TwoTower], TestContext.Current.CancellationToken);

        foreach (var line in all.Concat(cold))
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"{(folder is null ? "generated" : "MovieLens small")}: {line}");
        }

        var popularity = all.Single(line => line.Method == "popularity").Recall;
        var best = all.Where(line => line.Method.EndsWith("graph", StringComparison.Ordinal)).Max(line => line.Recall);
        Assert.True(best >= 1.5 * popularity, $"{best} against {popularity}");
        if (folder is not null)
        {
            Assert.All(cold.Skip(1), line => Assert.True(line.Recall >= 3 * cold[0].Recall, line.ToString()));
        }
    }

    [Theory]
    [InlineData("holdout")]
    [InlineData("holdout", "--movielens", "no-such-folder")]
    [InlineData("holdout", "--movielens", ".", "--embeddings", "bpr")]
    public void Wrong_arguments_end_with_exit_code_2(params string[] arguments) =>
        Assert.Equal(2, EvaluateCommand.Create().Parse(arguments).Invoke());

    static RetrainItem[] Items(int count) => [.. Enumerable.Range(0, count).Select(row => new RetrainItem(row, $"{row}", TasteWorld.Now))];

    static (IReadOnlyList<RetrainItem> Items, IReadOnlyList<Meeting> Meetings) Generated()
    {
        var world = TasteWorld.Create(viewers: 600, items: 400, groups: 20, perViewer: 20, seed: 3);
        return (world.Items, [.. world.Training.Select((met, at) => new Meeting(met.Viewer, met.Row, met.Reward, at))]);
    }
}
