using System.Text.Json;

using Recs.Schema.Http;

namespace Recs.Silo.Door;

/// <summary>Turns JSON into documents whose every field is within its limits.</summary>
static class Bodies
{
    /// <summary>Most ids in a list of a recommend request.</summary>
    public const int IdListMax = 1000;

    /// <summary>Most items of a slate.</summary>
    public const int CountMax = 100;

    const double ValueMax = 1e9;
    const int SurfaceCharsMax = 32;

    /// <summary>Reads each element of an array; an unsound one is rejected while the others go on.</summary>
    /// <exception cref="DoorException">Not an array, too long, or an element is not an object.</exception>
    public static List<(int Index, T Document)> Batch<T>(
        JsonElement array, int countMax, Func<Fields, T> read, List<Rejection> rejected)
    {
        if (array.ValueKind != JsonValueKind.Array)
        {
            throw new DoorException(StatusCodes.Status400BadRequest, "$", "Expected an array.");
        }

        if (array.GetArrayLength() > countMax)
        {
            throw new DoorException(StatusCodes.Status413PayloadTooLarge, "$", $"At most {countMax} elements.");
        }

        var documents = new List<(int, T)>(array.GetArrayLength());
        var index = 0;
        foreach (var element in array.EnumerateArray())
        {
            Read(element, index++, read, documents, rejected);
        }

        return documents;
    }

    /// <summary>Reads one JSON object a line.</summary>
    /// <exception cref="DoorException">Too many lines, or one is not a JSON object.</exception>
    public static List<(int Index, T Document)> Lines<T>(
        ReadOnlyMemory<byte> body, int countMax, Func<Fields, T> read, List<Rejection> rejected)
    {
        var documents = new List<(int, T)>();
        var index = 0;
        while (!body.IsEmpty)
        {
            var end = body.Span.IndexOf((byte)'\n');
            var line = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            if (line.Span.Trim("\r \t"u8).IsEmpty)
            {
                continue;
            }

            if (index == countMax)
            {
                throw new DoorException(StatusCodes.Status413PayloadTooLarge, "$", $"At most {countMax} lines.");
            }

            using var document = Json.Parse(line, $"[{index}]");
            Read(document.RootElement, index++, read, documents, rejected);
        }

        return documents;
    }

    /// <summary>Reads an item.</summary>
    public static ItemDocument Item(Fields fields) => new()
    {
        Id = fields.RequiredId("id"),
        CreatedAt = fields.Time("createdAt"),
        Categories = fields.Texts("categories"),
        Creator = fields.Id("creator"),
        Attributes = fields.Map("attributes"),
        Embedding = fields.Vector("embedding"),
        Available = fields.Flag("available") ?? true,
        ExpiresAt = fields.Time("expiresAt"),
    };

    /// <summary>Reads a viewer's profile.</summary>
    public static UserDocument User(Fields fields) => new()
    {
        Id = fields.RequiredId("id"),
        Attributes = fields.Map("attributes"),
        Embedding = fields.Vector("embedding"),
    };

    /// <summary>Reads an event; what it refers to is checked later.</summary>
    public static FeedbackEvent Event(Fields fields) => new()
    {
        EventId = fields.Id("eventId"),
        Type = fields.RequiredId("type"),
        // A token has its own length: one that is longer is no token, which is a fault of the event and not of its shape.
        DecisionId = fields.Text("decisionId", int.MaxValue),
        ItemId = fields.Id("itemId"),
        UserId = fields.Id("userId"),
        Value = fields.Number("value", 0, ValueMax),
        At = fields.Time("at"),
    };

    /// <summary>Reads a request for a slate.</summary>
    public static RecommendRequest Recommend(Fields fields)
    {
        var filter = fields.Inside("filter");
        var surface = fields.Text("surface", SurfaceCharsMax);
        if (surface is not null && !surface.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.'))
        {
            throw new DoorException(StatusCodes.Status400BadRequest, "surface", "Expected letters, digits, '_', '-' and '.'.");
        }

        return new RecommendRequest
        {
            UserId = fields.Id("userId"),
            Context = fields.Map("context"),
            Embedding = fields.Vector("embedding"),
            Count = fields.Whole("count", 1, CountMax) ?? 20,
            Surface = surface,
            Candidates = fields.Texts("candidates", IdListMax),
            Filter = filter is { } inside
                ? new RecommendFilter
                {
                    Categories = inside.Texts("categories"),
                    ExcludeItems = inside.Texts("excludeItems", IdListMax),
                    ExcludeSeen = inside.Flag("excludeSeen"),
                }
                : null,
            Policy = fields.Text("policy", 64),
        };
    }

    static void Read<T>(
        JsonElement element, int index, Func<Fields, T> read, List<(int, T)> documents, List<Rejection> rejected)
    {
        var fields = Fields.Of(element, $"[{index}]");
        try
        {
            documents.Add((index, read(new Fields(element))));
        }
        catch (DoorException refused)
        {
            var code = refused.Field is "id" or "type" && refused.Message == "Required." ? $"{refused.Field}-required" : $"invalid-{Root(refused.Field)}";
            rejected.Add(new Rejection(index, IdOf(fields), code, $"{refused.Field}: {refused.Message}"));
        }
    }

    static string Root(string field) => field.Split('.', '[')[0];

    static string? IdOf(Fields fields)
    {
        try
        {
            return fields.Id("id");
        }
        catch (DoorException)
        {
            return null;
        }
    }
}
