using System.Globalization;
using Recs.Offline;
using Recs.Offline.Joins;
using Xunit;

namespace Recs.Tests.Offline;

/// <summary>Recall of the last fifth of what each viewer liked, by fold-in and inner product, against popularity.</summary>
public sealed class RetrievalQualityTests
{
    const int Count = 20;

    [Fact]
    public void Retrieves_more_of_what_viewers_liked_next_than_popularity_does()
    {
        var folder = SharedData.Folder("movielens-small");
        var (name, meetings, items) = folder is null ? Generated() : ("MovieLens small", Ratings(folder), Films(folder));
        var interactions = new Interactions();
        var popularity = new float[items.Count];
        var index = items.Select((item, i) => (item.Row, i)).ToDictionary(pair => pair.Row, pair => pair.i);
        var histories = new List<(int[] Liked, HashSet<int> Met, HashSet<int> Next)>();
        foreach (var viewer in meetings.GroupBy(met => met.Viewer))
        {
            var ordered = viewer.OrderBy(met => met.At).ThenBy(met => met.Row).ToList();
            var past = ordered[..(ordered.Count * 4 / 5)];
            foreach (var (_, row, liked, _) in past)
            {
                interactions.Add(viewer.Key, row, liked ? 1 : 0);
                popularity[index[row]] += liked ? 1 : 0;
            }

            histories.Add((
                [.. past.Where(met => met.Liked).Select(met => met.Row)],
                [.. past.Select(met => index[met.Row])],
                [.. ordered[past.Count..].Where(met => met.Liked).Select(met => index[met.Row])]));
        }

        var model = Training.Model(new(items, interactions, null), new RetrainOptions { Clusters = 64 });
        double learned = 0, popular = 0;
        var tested = histories.Where(history => history.Next.Count > 0 && history.Liked.Length > 0).ToList();
        foreach (var (liked, met, next) in tested)
        {
            learned += Ranking.Recall(Ranking.Scores(model, Ranking.FoldIn(model, liked)), Count, next, met);
            popular += Ranking.Recall(popularity, Count, next, met);
        }

        (learned, popular) = (learned / tested.Count, popular / tested.Count);
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: recall@{Count} of {tested.Count} viewers: fold-in {learned:f4}, popularity {popular:f4}"));
        Assert.True(learned > popular, $"fold-in {learned}, popularity {popular}");
    }

    static List<(Guid Viewer, int Row, bool Liked, long At)> Ratings(string folder) =>
        [.. File.ReadLines(Path.Combine(folder, "ratings.csv")).Skip(1).Select(line => line.Split(','))
            .Select(cells => (
                TasteWorld.Viewer(int.Parse(cells[0], CultureInfo.InvariantCulture)),
                int.Parse(cells[1], CultureInfo.InvariantCulture),
                double.Parse(cells[2], CultureInfo.InvariantCulture) >= 4,
                long.Parse(cells[3], CultureInfo.InvariantCulture)))];

    static List<RetrainItem> Films(string folder) =>
        [.. File.ReadLines(Path.Combine(folder, "movies.csv")).Skip(1)
            .Select(line => (Row: int.Parse(line[..line.IndexOf(',', StringComparison.Ordinal)], CultureInfo.InvariantCulture),
                Genres: line[(line.LastIndexOf(',') + 1)..].Split('|')))
            .Select(film => new RetrainItem(film.Row, $"film-{film.Row}", TasteWorld.Now.AddYears(-1)) { Categories = film.Genres })];

    static (string Name, List<(Guid Viewer, int Row, bool Liked, long At)> Meetings, List<RetrainItem> Items) Generated()
    {
        var world = TasteWorld.Create(600, 1000, 10, 30, 4);
        return ("generated (no MovieLens found)", [.. world.Training.Select((met, at) => (met.Viewer, met.Row, true, (long)at))], world.Items);
    }
}
