using System.Globalization;

using Recs.Cli.Output;
using Recs.Schema.Http;

namespace Recs.Cli.Import;

/// <summary>
/// A catalogue as CSV: <c>id</c> and, if there, <c>categories</c> and <c>embedding</c> (parts between <c>|</c>),
/// <c>creator</c>, <c>createdAt</c>, <c>expiresAt</c>, <c>available</c>. Any other column is an attribute.
/// </summary>
/// <remarks>
/// Of a folder, <c>items.csv</c> is the catalogue and <c>events.csv</c>, if there, the history: <c>userId,itemId,type</c>
/// and, if there, <c>value</c>, <c>at</c>, <c>eventId</c>.
/// </remarks>
static class CsvFiles
{
    static readonly HashSet<string> ItemColumns =
        new(["id", "categories", "creator", "createdAt", "expiresAt", "available", "embedding"], StringComparer.OrdinalIgnoreCase);

    /// <summary>How far a file may be ahead of this machine's clock: what a silo takes where nothing else is set.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>Reads a file or a folder.</summary>
    /// <param name="path">A CSV file of items, or a folder.</param>
    /// <param name="historyMax">Most events kept, the newest.</param>
    /// <param name="now">No event is stamped later than this.</param>
    /// <exception cref="BadInputException">A file is missing or a field cannot be read.</exception>
    public static ImportSource Read(string path, int historyMax, DateTimeOffset now)
    {
        var folder = Directory.Exists(path);
        using var table = CsvTable.Open(folder ? Path.Combine(path, "items.csv") : path);
        var items = Items(table, now);
        var history = Path.Combine(path, "events.csv");
        if (!folder || historyMax == 0 || !File.Exists(history))
        {
            return new ImportSource(items, []);
        }

        using var events = CsvTable.Open(history);
        return new ImportSource(items, History(events, historyMax, now));
    }

    /// <summary>The items of a table.</summary>
    public static List<ItemDocument> Items(CsvTable table, DateTimeOffset now)
    {
        var id = table.Require("id");
        var (categories, creator, embedding) = (table.Find("categories"), table.Find("creator"), table.Find("embedding"));
        var (created, expires, available) = (table.Find("createdAt"), table.Find("expiresAt"), table.Find("available"));
        var others = Enumerable.Range(0, table.Header.Count).Where(column => !ItemColumns.Contains(table.Header[column])).ToArray();
        List<ItemDocument> items = [];
        foreach (var row in table.Rows())
        {
            var attributes = others
                .Where(column => row.Text(column) is not null)
                .ToDictionary(column => table.Header[column], column => row.Text(column)!, StringComparer.Ordinal);
            items.Add(new ItemDocument
            {
                Id = row.Required(id),
                Categories = row.Parts(categories),
                Creator = row.Text(creator),
                CreatedAt = row.Time(created, now + ClockSkew),
                ExpiresAt = row.Time(expires),
                Available = row.Flag(available) ?? true,
                Embedding = Vector(row, embedding),
                Attributes = attributes.Count == 0 ? null : attributes,
            });
        }

        return items;
    }

    /// <summary>The events of a table, oldest first.</summary>
    public static List<FeedbackEvent> History(CsvTable table, int historyMax, DateTimeOffset now)
    {
        var (user, item, type) = (table.Require("userId"), table.Require("itemId"), table.Require("type"));
        var (value, at, eventId) = (table.Find("value"), table.Find("at"), table.Find("eventId"));
        List<FeedbackEvent> events = [];
        foreach (var row in table.Rows())
        {
            var time = row.Time(at, now + ClockSkew);
            var (userId, itemId, kind) = (row.Required(user), row.Required(item), row.Required(type));
            events.Add(new FeedbackEvent
            {
                EventId = row.Text(eventId) ?? EventIds.Of("csv", row.Line, time, userId, itemId, kind, row.Text(value) ?? ""),
                Type = kind,
                UserId = userId,
                ItemId = itemId,
                Value = row.Number(value),
                At = time < now ? time : now,
            });
        }

        return [.. events.OrderBy(sent => sent.At).TakeLast(historyMax)];
    }

    static float[]? Vector(CsvRow row, int column)
    {
        if (row.Parts(column) is not { } parts)
        {
            return null;
        }

        var vector = new float[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!float.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out vector[i]) || !float.IsFinite(vector[i]))
            {
                throw row.Fault(column, $"'{parts[i]}' is not a number");
            }
        }

        return vector;
    }
}
