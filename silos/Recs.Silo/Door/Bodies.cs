using System.Text.Json;

using Recs.Grains.Items;
using Recs.Grains.Viewers;
using Recs.Schema.Http;

namespace Recs.Silo.Door;

/// <summary>Turns JSON into documents whose every field is within its limits.</summary>
static class Bodies
{
    /// <summary>Most ids in a list of a recommend request.</summary>
    public const int IdListMax = 1000;

    /// <summary>Most items of a slate.</summary>
    public const int CountMax = 100;

    const string UnknownField = "unknown-field";
    const int CountDefault = 20;
    const int PolicyCharsMax = 64;
    const double ValueMax = 1e9;
    const int SurfaceCharsMax = 32;

    /// <summary>Reads each element of an array; an unsound one is rejected while the others go on.</summary>
    /// <exception cref="DoorException">Not an array, too long, or an element is not an object.</exception>
    public static List<(int Index, T Document)> Batch<T>(
        JsonElement array, int countMax, Func<Fields, T> read, List<Rejection> rejected)
    {
        if (array.ValueKind != JsonValueKind.Array)
        {
            throw new DoorException(StatusCodes.Status400BadRequest, DoorException.Body, "Expected an array.");
        }

        if (array.GetArrayLength() > countMax)
        {
            throw new DoorException(StatusCodes.Status413PayloadTooLarge, DoorException.Body, $"At most {countMax} elements.");
        }

        var documents = new List<(int, T)>(array.GetArrayLength());
        var faults = new FieldFaults();
        var index = 0;
        foreach (var element in array.EnumerateArray())
        {
            Read(element, index++, read, faults, documents, rejected);
        }

        RefuseUnknown(documents.Count, rejected);
        return documents;
    }

    /// <summary>Reads one JSON object a line.</summary>
    /// <exception cref="DoorException">Too many lines, or one is not a JSON object.</exception>
    public static List<(int Index, T Document)> Lines<T>(
        ReadOnlyMemory<byte> body, int countMax, Func<Fields, T> read, List<Rejection> rejected)
    {
        var documents = new List<(int, T)>();
        var faults = new FieldFaults();
        var index = 0;
        foreach (var (number, line) in SplitLines(body))
        {
            if (index == countMax)
            {
                throw new DoorException(StatusCodes.Status413PayloadTooLarge, DoorException.Body, $"At most {countMax} lines.");
            }

            using var document = Json.Parse(line, $"[{index}]", number);
            Read(document.RootElement, index++, read, faults, documents, rejected);
        }

        RefuseUnknown(documents.Count, rejected);
        return index > 0 ? documents : throw new DoorException(StatusCodes.Status400BadRequest, DoorException.Body, "The body is empty.");
    }

    /// <summary>
    /// A caller that misspells a field does so in every element: then nothing is left to do, and the request as a whole is refused.
    /// </summary>
    /// <exception cref="DoorException">All elements have an unknown field; names the first of each.</exception>
    static void RefuseUnknown(int sound, List<Rejection> rejected)
    {
        if (sound > 0 || rejected.Count == 0 || rejected.Exists(rejection => rejection.Code != UnknownField))
        {
            return;
        }

        var faults = new FieldFaults();
        foreach (var (index, _, _, detail) in rejected)
        {
            var end = detail.IndexOf(": " + Fields.Unknown, StringComparison.Ordinal);
            faults.Add($"[{index}].{detail[..end]}", detail[(end + 2)..]);
        }

        faults.ThrowIfAny();
    }

    /// <summary>The lines that are not blank, each with its number from 1.</summary>
    public static IEnumerable<(int Number, ReadOnlyMemory<byte> Line)> SplitLines(ReadOnlyMemory<byte> body)
    {
        for (var number = 1; !body.IsEmpty; number++)
        {
            var end = body.Span.IndexOf((byte)'\n');
            var line = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            if (!line.Span.Trim("\r \t"u8).IsEmpty)
            {
                yield return (number, line);
            }
        }
    }

    /// <summary>Reads one element into documents that are sound or the rejections.</summary>
    public static void Read<T>(
        JsonElement element, int index, Func<Fields, T> read, FieldFaults faults, List<(int, T)> documents, List<Rejection> rejected)
    {
        // Names in a rejection are the element's own: its index stands beside them.
        var fields = Fields.Of(element, $"[{index}]", faults).Within("");
        var document = read(fields);
        if (faults.None)
        {
            documents.Add((index, document));
            return;
        }

        var (field, detail) = faults.First;
        faults.Clear();
        var id = document is FeedbackEvent ? null : fields.Id("id");
        faults.Clear();
        rejected.Add(new Rejection(index, id, Code(field, detail), $"{field}: {detail}"));
    }

    /// <summary>Reads an item.</summary>
    public static ItemDocument Item(Fields fields)
    {
        fields.Only("id", "createdAt", "categories", "creator", "attributes", "embedding", "available", "expiresAt");
        return new()
        {
            Id = fields.RequiredId("id"),
            CreatedAt = fields.Time("createdAt"),
            Categories = fields.Texts("categories"),
            Creator = fields.TextOrNone("creator", Fields.IdCharsMax),
            Attributes = fields.Map("attributes"),
            Embedding = fields.Vector("embedding"),
            Available = fields.Flag("available") ?? true,
            ExpiresAt = fields.Time("expiresAt"),
        };
    }

    /// <summary>Reads a merge patch of an item (RFC 7396): null takes a field or an attribute away.</summary>
    public static ItemPatch ItemPatch(Fields fields)
    {
        var values = Item(fields);
        return new ItemPatch(values, fields.Names(), fields.NullsOf("attributes"));
    }

    /// <summary>Reads a viewer's profile.</summary>
    public static UserDocument User(Fields fields)
    {
        fields.Only("id", "attributes", "embedding");
        return new()
        {
            Id = fields.RequiredId("id"),
            Attributes = fields.Map("attributes"),
            Embedding = fields.Vector("embedding"),
        };
    }

    /// <summary>Reads a merge patch of a viewer's profile (RFC 7396): null takes a field or an attribute away.</summary>
    public static UserPatch UserPatch(Fields fields)
    {
        var values = User(fields);
        return new UserPatch(values, fields.Names(), fields.NullsOf("attributes"));
    }

    /// <summary>Reads an event; what it refers to is checked later.</summary>
    public static FeedbackEvent Event(Fields fields)
    {
        fields.Only("eventId", "type", "decisionId", "itemId", "userId", "value", "at");
        return new()
        {
            EventId = fields.Id("eventId"),
            Type = fields.RequiredId("type"),
            // Any text: what is no token at all is as unknown as one that is forged.
            DecisionId = fields.Raw("decisionId"),
            ItemId = fields.Id("itemId"),
            UserId = fields.Id("userId"),
            Value = fields.Number("value", 0, ValueMax),
            At = fields.Time("at"),
        };
    }

    /// <summary>Reads a request for a slate.</summary>
    /// <exception cref="DoorException">Names every field that is wrong.</exception>
    public static RecommendRequest Recommend(Fields fields)
    {
        fields.Only("userId", "context", "embedding", "count", "surface", "candidates", "filter", "policy");
        var request = new RecommendRequest
        {
            UserId = fields.Id("userId"),
            Context = fields.Map("context"),
            Embedding = fields.Vector("embedding"),
            Count = fields.Whole("count", 1, CountMax) ?? CountDefault,
            Surface = Surface(fields),
            Candidates = fields.Texts("candidates", IdListMax),
            Filter = fields.Inside("filter") is { } inside ? Filter(inside) : null,
            Policy = fields.Text("policy", PolicyCharsMax),
        };
        fields.Faults.ThrowIfAny();
        return request;
    }

    static RecommendFilter Filter(Fields fields)
    {
        fields.Only("categories", "excludeItems", "excludeSeen");
        return new RecommendFilter
        {
            Categories = fields.Texts("categories"),
            ExcludeItems = fields.Texts("excludeItems", IdListMax),
            ExcludeSeen = fields.Flag("excludeSeen"),
        };
    }

    static string? Surface(Fields fields)
    {
        var surface = fields.Text("surface", SurfaceCharsMax);
        if (surface is null || surface.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.'))
        {
            return surface;
        }

        fields.Faults.Add("surface", "Expected letters, digits, '_', '-' and '.'.");
        return null;
    }

    static string Code(string field, string detail) => Fields.IsMissing(detail)
        ? $"{field}-required"
        : Fields.IsUnknown(detail) ? UnknownField
        : $"invalid-{field.AsSpan(0, field.AsSpan().IndexOfAny('.', '[') is var end and >= 0 ? end : field.Length)}";
}
