using System.Globalization;
using System.Text.Json;

namespace Recs.Silo.Door;

/// <summary>Reads the fields of one JSON object, each within its limits, naming what is wrong.</summary>
/// <param name="element">A JSON object.</param>
/// <param name="path">What goes before a field's name in errors: empty, or ends with a dot.</param>
readonly struct Fields(JsonElement element, string path = "")
{
    /// <summary>Most characters of an id.</summary>
    public const int IdCharsMax = 128;

    /// <summary>Most entries of a list or map inside a document.</summary>
    public const int EntriesMax = 64;

    /// <summary>Most characters of a value inside a document.</summary>
    public const int TextCharsMax = 1024;

    /// <summary>Longest vector.</summary>
    public const int EmbeddingMax = 4096;

    /// <summary>The object's fields.</summary>
    /// <exception cref="DoorException">It is not an object.</exception>
    public static Fields Of(JsonElement element, string field)
    {
        return element.ValueKind == JsonValueKind.Object
            ? new Fields(element, field == "$" ? "" : field + ".")
            : throw new DoorException(StatusCodes.Status400BadRequest, field, "Expected an object.");
    }

    /// <summary>A string of 1 to <paramref name="charsMax"/> characters; null when absent.</summary>
    public string? Text(string name, int charsMax = TextCharsMax)
    {
        return TryGet(name, out var value) ? Text(value, path + name, charsMax) : null;
    }

    /// <summary>An id; null when absent.</summary>
    public string? Id(string name) => Text(name, IdCharsMax);

    /// <summary>An id that must be there.</summary>
    public string RequiredId(string name) => Id(name) ?? throw Wrong(path + name, "Required.");

    /// <summary>A list of ids or names; null when absent.</summary>
    public string[]? Texts(string name, int countMax = EntriesMax, int charsMax = IdCharsMax)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > countMax)
        {
            throw Wrong(path + name, $"Expected an array of at most {countMax} strings.");
        }

        var texts = new string[value.GetArrayLength()];
        for (var index = 0; index < texts.Length; index++)
        {
            texts[index] = Text(value[index], $"{path}{name}[{index}]", charsMax);
        }

        return texts;
    }

    /// <summary>A map from names to scalars, written as strings; null when absent.</summary>
    public Dictionary<string, string>? Map(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(path + name, "Expected an object of scalars.");
        }

        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in value.EnumerateObject())
        {
            var key = Sound(property.Name, $"{path}{name}", IdCharsMax);
            map[key] = property.Value.ValueKind switch
            {
                JsonValueKind.String => Text(property.Value, $"{path}{name}.{key}", TextCharsMax),
                JsonValueKind.Number => property.Value.GetRawText().Length <= TextCharsMax
                    ? property.Value.GetRawText()
                    : throw Wrong($"{path}{name}.{key}", "The number is too long."),
                JsonValueKind.True => "true",
                JsonValueKind.False => "false",
                _ => throw Wrong($"{path}{name}.{key}", "Expected a string, a number or a boolean."),
            };
            if (map.Count > EntriesMax)
            {
                throw Wrong(path + name, $"At most {EntriesMax} entries.");
            }
        }

        return map;
    }

    /// <summary>A vector of finite numbers; null when absent.</summary>
    public float[]? Vector(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 or > EmbeddingMax)
        {
            throw Wrong(path + name, $"Expected an array of 1 to {EmbeddingMax} numbers.");
        }

        var vector = new float[value.GetArrayLength()];
        for (var index = 0; index < vector.Length; index++)
        {
            vector[index] = value[index].ValueKind == JsonValueKind.Number && value[index].TryGetSingle(out var number) && float.IsFinite(number)
                ? number
                : throw Wrong($"{path}{name}[{index}]", "Expected a finite number.");
        }

        return vector;
    }

    /// <summary>A finite number in a range; null when absent.</summary>
    public double? Number(string name, double least, double most)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most
            ? number
            : throw Wrong(path + name, string.Create(CultureInfo.InvariantCulture, $"Expected a number from {least} to {most}."));
    }

    /// <summary>A whole number in a range; null when absent.</summary>
    public int? Whole(string name, int least, int most)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most
            ? number
            : throw Wrong(path + name, string.Create(CultureInfo.InvariantCulture, $"Expected a whole number from {least} to {most}."));
    }

    /// <summary>A boolean; null when absent.</summary>
    public bool? Flag(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(path + name, "Expected true or false.");
    }

    /// <summary>An RFC 3339 time; null when absent.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time) && time.Year is > 1 and < 9999
            ? time.ToUniversalTime()
            : throw Wrong(path + name, "Expected an RFC 3339 time.");
    }

    /// <summary>An object inside; null when absent.</summary>
    public Fields? Inside(string name) => TryGet(name, out var value) ? Of(value, path + name) : null;

    static DoorException Wrong(string field, string detail) => new(StatusCodes.Status400BadRequest, field, detail);

    static string Text(JsonElement value, string field, int charsMax)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw Wrong(field, "Expected a string.");
        }

        string? text = null;
        try
        {
            text = value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: no text at all.
        }

        return Sound(text ?? throw Wrong(field, "Not valid Unicode."), field, charsMax);
    }

    static string Sound(string text, string field, int charsMax)
    {
        if (text.Length == 0 || text.Length > charsMax)
        {
            throw Wrong(field, $"Expected 1 to {charsMax} characters.");
        }

        for (var index = 0; index < text.Length; index++)
        {
            var isPair = char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]);
            if (char.IsControl(text[index]) || (char.IsSurrogate(text[index]) && !isPair))
            {
                throw Wrong(field, "Control characters and halves of surrogate pairs are not allowed.");
            }

            index += isPair ? 1 : 0;
        }

        return text;
    }

    bool TryGet(string name, out JsonElement value) =>
        element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
}
