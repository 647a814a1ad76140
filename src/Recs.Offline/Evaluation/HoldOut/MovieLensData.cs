using System.Buffers.Binary;
using System.Globalization;
using Recs.Offline.Evaluation.Tables;
using Recs.Offline.Joins;

namespace Recs.Offline.Evaluation.HoldOut;

/// <summary>The MovieLens folders (<c>movies.csv</c>, <c>ratings.csv</c>) as GroupLens publishes them.</summary>
/// <remarks>Content is the genres, the year and the decade. A rating of 4 or more is a reward of 1, any other 0.</remarks>
public static class MovieLensData
{
    const double LikeFrom = 4;

    /// <summary>Reads a folder.</summary>
    /// <exception cref="EvaluationException">A file is missing or a field cannot be read; the message names the line.</exception>
    public static (IReadOnlyList<RetrainItem> Items, IReadOnlyList<Meeting> Meetings) Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new EvaluationException($"{folder}: no such folder");
        }

        var movies = Path.Combine(folder, "movies.csv");
        var items = new List<RetrainItem>();
        foreach (var (line, fields) in DelimitedFile.Read(movies).Skip(1))
        {
            if (fields.Length != 3)
            {
                throw new EvaluationException($"{movies}:{line}: expected the columns movieId,title,genres, found {fields.Length}");
            }

            items.Add(Film((int)Number(movies, line, fields, 0), fields[1], fields[2]));
        }

        items.Sort((left, right) => left.Row.CompareTo(right.Row));
        if (items.Count == 0)
        {
            throw new EvaluationException($"{movies}: no films");
        }

        var twice = items.GroupBy(item => item.Row).FirstOrDefault(same => same.Skip(1).Any());
        if (twice is not null)
        {
            throw new EvaluationException($"{movies}: film {twice.Key} is there twice");
        }

        var index = items.Select((item, at) => (item.Row, at)).ToDictionary(pair => pair.Row, pair => pair.at);
        var ratings = Path.Combine(folder, "ratings.csv");
        var meetings = new List<Meeting>();
        foreach (var (line, fields) in DelimitedFile.Read(ratings).Skip(1))
        {
            if (!index.TryGetValue((int)Number(ratings, line, fields, 1), out var item))
            {
                throw new EvaluationException($"{ratings}:{line}: film {fields[1]} is not in movies.csv");
            }

            meetings.Add(new(
                Viewer((int)Number(ratings, line, fields, 0)), item, Number(ratings, line, fields, 2) >= LikeFrom ? 1 : 0,
                (long)Number(ratings, line, fields, 3)));
        }

        return (items, meetings);
    }

    static RetrainItem Film(int row, string title, string genres)
    {
        var attributes = new List<KeyValuePair<string, string>>();
        var open = title.LastIndexOf('(');
        if (open >= 0 && title.Length >= open + 5
            && int.TryParse(title.AsSpan(open + 1, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year))
        {
            attributes.Add(new("year", year.ToString(CultureInfo.InvariantCulture)));
            attributes.Add(new("decade", (year / 10).ToString(CultureInfo.InvariantCulture)));
        }

        return new(row, row.ToString(CultureInfo.InvariantCulture), DateTimeOffset.UnixEpoch)
        {
            Categories = genres is [] or ['(', ..] ? [] : genres.Split('|'),
            Attributes = [.. attributes],
        };
    }

    static double Number(string path, int line, string[] fields, int column) =>
        column < fields.Length && double.TryParse(fields[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new EvaluationException($"{path}:{line}: column {column + 1} is not a number");

    static Guid Viewer(int id)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, id);
        bytes[15] = 1;
        return new(bytes);
    }
}
