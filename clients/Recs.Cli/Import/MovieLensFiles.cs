using System.Globalization;

using Recs.Cli.Output;
using Recs.Schema.Http;

namespace Recs.Cli.Import;

/// <summary>The MovieLens folders (<c>movies.csv</c>, <c>ratings.csv</c>) as GroupLens publishes them.</summary>
/// <remarks>
/// A rating of 4 or more becomes a like, one below 2.5 a dislike; those between say too little and are left out. Event
/// ids derive from user, film and time, so a repeated import counts once.
/// </remarks>
static class MovieLensFiles
{
    const double LikeFrom = 4;
    const double DislikeBelow = 2.5;
    const string NoGenres = "(no genres listed)";

    /// <summary>Reads a folder.</summary>
    /// <param name="path">The folder, or its <c>movies.csv</c>.</param>
    /// <param name="historyMax">Most events kept, the newest; 0 reads no ratings.</param>
    /// <param name="now">No event is stamped later than this.</param>
    /// <exception cref="BadInputException">A file is missing or a field cannot be read.</exception>
    public static ImportSource Read(string path, int historyMax, DateTimeOffset now)
    {
        var folder = File.Exists(path) ? Path.GetDirectoryName(Path.GetFullPath(path))! : path;
        if (!Directory.Exists(folder))
        {
            throw new BadInputException($"there is no folder '{path}'");
        }

        using var movies = CsvTable.Open(FileOf(folder, "movies.csv"));
        var items = Items(movies);
        if (historyMax == 0)
        {
            return new ImportSource(items, []);
        }

        using var ratings = CsvTable.Open(FileOf(folder, "ratings.csv"));
        return new ImportSource(items, History(ratings, historyMax, now));
    }

    /// <summary>The films.</summary>
    public static List<ItemDocument> Items(CsvTable movies)
    {
        var (id, title, genres) = (movies.Require("movieId"), movies.Require("title"), movies.Require("genres"));
        List<ItemDocument> items = [];
        foreach (var row in movies.Rows())
        {
            var (name, year) = TitleAndYear(row.Text(title) ?? string.Empty);
            var attributes = new Dictionary<string, string>(StringComparer.Ordinal) { ["title"] = name };
            if (year is not null)
            {
                attributes["year"] = year.Value.ToString(CultureInfo.InvariantCulture);
            }

            items.Add(new ItemDocument
            {
                Id = row.Required(id),
                Categories = string.Equals(row.Text(genres), NoGenres, StringComparison.Ordinal) ? null : row.Parts(genres),
                CreatedAt = year is null ? null : new DateTimeOffset(year.Value, 1, 1, 0, 0, 0, TimeSpan.Zero),
                Attributes = attributes,
            });
        }

        return items;
    }

    /// <summary>The ratings that say something, oldest first.</summary>
    public static List<FeedbackEvent> History(CsvTable ratings, int historyMax, DateTimeOffset now)
    {
        var (user, movie) = (ratings.Require("userId"), ratings.Require("movieId"));
        var (rating, timestamp) = (ratings.Require("rating"), ratings.Require("timestamp"));
        var newest = new PriorityQueue<FeedbackEvent, DateTimeOffset>();
        foreach (var row in ratings.Rows())
        {
            var stars = row.Number(rating) ?? throw row.Fault(rating, "nothing there");
            if (stars is >= DislikeBelow and < LikeFrom)
            {
                continue;
            }

            var at = row.Time(timestamp, now + CsvFiles.ClockSkew) ?? throw row.Fault(timestamp, "nothing there");
            var (userId, itemId) = (row.Required(user), row.Required(movie));
            newest.Enqueue(
                new FeedbackEvent
                {
                    EventId = EventIds.Of("ml", 0, at, userId, itemId),
                    Type = stars >= LikeFrom ? "like" : "dislike",
                    UserId = userId,
                    ItemId = itemId,
                    At = at < now ? at : now,
                },
                at);
            if (newest.Count > historyMax)
            {
                newest.Dequeue();
            }
        }

        List<FeedbackEvent> events = new(newest.Count);
        while (newest.TryDequeue(out var oldest, out _))
        {
            events.Add(oldest);
        }

        return events;
    }

    static string FileOf(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return !File.Exists(path) && File.Exists(path + ".gz") ? path + ".gz" : path;
    }

    static (string Title, int? Year) TitleAndYear(string text)
    {
        var open = text.LastIndexOf('(');
        return open >= 0
            && text.Length == open + 6
            && text[^1] == ')'
            && int.TryParse(text.AsSpan(open + 1, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            && year >= 1
            ? (text[..open].TrimEnd(), year)
            : (text, null);
    }
}
