using System.Globalization;
using System.Text.Json;

using Recs.Silo.Options;

namespace Recs.Silo.Door;

/// <summary>
/// Reads the fields of one JSON object, each within its limits. A field that is wrong reads as absent and is told to
/// the object's <see cref="Faults"/>, so that one answer names every wrong field and a bad element costs no exception.
/// </summary>
/// <param name="element">A JSON object.</param>
/// <param name="path">What goes before a field's name in errors: empty, or ends with a dot.</param>
/// <param name="faults">Receives what is wrong.</param>
readonly struct Fields(JsonElement element, string path, FieldFaults faults)
{
    /// <summary>Most characters of an id.</summary>
    public const int IdCharsMax = 128;

    /// <summary>Most entries of a list or map inside a document.</summary>
    public const int EntriesMax = 64;

    /// <summary>Most characters of a value inside a document.</summary>
    public const int TextCharsMax = 1024;

    /// <summary>Longest vector.</summary>
    public const int EmbeddingMax = 4096;

    /// <summary>Largest magnitude of a vector's numbers: the squares of the longest vector still sum to a finite float.</summary>
    public const float ComponentMax = 1e9f;

    /// <summary>Begins what is said of a field that is not known.</summary>
    public const string Unknown = "Unknown field; the nearest known is ";

    const string Required = "Required.";

    /// <summary>What is wrong with the fields read so far.</summary>
    public FieldFaults Faults => faults;

    /// <summary>The object's fields.</summary>
    /// <exception cref="DoorException">It is not an object.</exception>
    public static Fields Of(JsonElement element, string field) => Of(element, field, new FieldFaults());

    /// <summary>The object's fields.</summary>
    /// <param name="element">Any JSON value.</param>
    /// <param name="field">What to call it: <see cref="DoorException.Body"/> for the whole body.</param>
    /// <param name="faults">Receives what is wrong with its fields.</param>
    /// <exception cref="DoorException">It is not an object.</exception>
    public static Fields Of(JsonElement element, string field, FieldFaults faults) => element.ValueKind == JsonValueKind.Object
        ? new Fields(element, field == DoorException.Body ? "" : field + ".", faults)
        : throw new DoorException(StatusCodes.Status400BadRequest, field, "Expected an object.");

    /// <summary>Refuses every field whose name is not one of these, and tells the nearest that is.</summary>
    public void Only(params ReadOnlySpan<string> names)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (!FieldNames.IsAny(property, names))
            {
                var name = FieldNames.Shown(property);
                faults.Add(path + name, $"{Unknown}'{NearestName.Of(name, names.ToArray())}'.");
            }
        }
    }

    /// <summary>The names of the fields that are there, null ones too. All of them are known: see <see cref="Only"/>.</summary>
    public string[] Names() => faults.None ? [.. element.EnumerateObject().Select(property => property.Name)] : [];

    /// <summary>The entries of a map that are null, in <see cref="Map"/> left out.</summary>
    public string[] NullsOf(string name) => faults.None && TryGet(name, out var map)
        ? [.. map.EnumerateObject().Where(entry => entry.Value.ValueKind == JsonValueKind.Null).Select(entry => entry.Name)]
        : [];

    /// <summary>Whether a fault says that a field is not known.</summary>
    public static bool IsUnknown(string detail) => detail.StartsWith(Unknown, StringComparison.Ordinal);

    /// <summary>The same fields under another path.</summary>
    public Fields Within(string parent) => new(element, parent, faults);

    /// <summary>Whether a fault says that a field is not there.</summary>
    public static bool IsMissing(string detail) => ReferenceEquals(detail, Required);

    /// <summary>An id of 1 to 128 characters; null when absent.</summary>
    public string? Id(string name) => Text(name, IdCharsMax);

    /// <summary>An id that must be there.</summary>
    public string RequiredId(string name)
    {
        if (!TryGet(name, out var value))
        {
            faults.Add(path + name, Required);
            return "";
        }

        return Name(value, path + name, IdCharsMax) ?? "";
    }

    /// <summary>A name of 1 to <paramref name="charsMax"/> characters; null when absent.</summary>
    public string? Text(string name, int charsMax) => TryGet(name, out var value) ? Name(value, path + name, charsMax) : null;

    /// <summary>A name; null when absent or empty.</summary>
    public string? TextOrNone(string name, int charsMax) =>
        TryGet(name, out var value) && !(value.ValueKind == JsonValueKind.String && value.ValueEquals("")) ? Name(value, path + name, charsMax) : null;

    /// <summary>A string of any length and characters; null when absent.</summary>
    public string? Raw(string name) => TryGet(name, out var value) ? String(value, path + name) : null;

    /// <summary>A list of ids or names; null when absent.</summary>
    public string[]? Texts(string name, int countMax = EntriesMax)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > countMax)
        {
            faults.Add(path + name, $"Expected an array of at most {countMax} strings.");
            return null;
        }

        var texts = new string[value.GetArrayLength()];
        var index = 0;
        foreach (var entry in value.EnumerateArray())
        {
            texts[index] = Name(entry, $"{path}{name}[{index}]", IdCharsMax) ?? "";
            index++;
        }

        return texts;
    }

    /// <summary>A map from names to scalars, written as strings; entries that are null are left out; null when absent.</summary>
    public Dictionary<string, string>? Map(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() > EntriesMax)
        {
            faults.Add(path + name, $"Expected an object of at most {EntriesMax} strings, numbers or booleans.");
            return null;
        }

        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in value.EnumerateObject())
        {
            if (Key(property, path + name) is { } key
                && property.Value.ValueKind != JsonValueKind.Null
                && Scalar(property.Value, $"{path}{name}.{key}") is { } text)
            {
                map[key] = text;
            }
        }

        return map;
    }

    /// <summary>A vector of finite numbers; null when absent or empty.</summary>
    public float[]? Vector(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > EmbeddingMax)
        {
            faults.Add(path + name, $"Expected an array of at most {EmbeddingMax} numbers.");
            return null;
        }

        var vector = new float[value.GetArrayLength()];
        var index = 0;
        foreach (var component in value.EnumerateArray())
        {
            if (component.ValueKind != JsonValueKind.Number
                || !component.TryGetSingle(out vector[index])
                || !(MathF.Abs(vector[index]) <= ComponentMax))
            {
                faults.Add($"{path}{name}[{index}]", $"Expected a finite number, at most {ComponentMax:0} in magnitude.");
                return null;
            }

            index++;
        }

        return vector.Length == 0 ? null : vector;
    }

    /// <summary>A finite number in a range; null when absent.</summary>
    public double? Number(string name, double least, double most)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most)
        {
            return number;
        }

        faults.Add(path + name, string.Create(CultureInfo.InvariantCulture, $"Expected a number from {least} to {most}."));
        return null;
    }

    /// <summary>A whole number in a range; null when absent.</summary>
    public int? Whole(string name, int least, int most)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most)
        {
            return number;
        }

        faults.Add(path + name, string.Create(CultureInfo.InvariantCulture, $"Expected a whole number from {least} to {most}."));
        return null;
    }

    /// <summary>A boolean; null when absent.</summary>
    public bool? Flag(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        faults.Add(path + name, "Expected true or false.");
        return null;
    }

    /// <summary>An RFC 3339 time in UTC; one that says no offset is taken as UTC; null when absent.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && value.TryGetDateTime(out var time))
        {
            if (time.Kind != DateTimeKind.Local)
            {
                return new DateTimeOffset(time, TimeSpan.Zero);
            }

            if (value.TryGetDateTimeOffset(out var moment))
            {
                return moment.ToUniversalTime();
            }
        }

        faults.Add(path + name, "Expected an RFC 3339 time such as 2026-11-01T12:00:00Z.");
        return null;
    }

    /// <summary>An object inside; null when absent.</summary>
    public Fields? Inside(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return new Fields(value, $"{path}{name}.", faults);
        }

        faults.Add(path + name, "Expected an object.");
        return null;
    }

    string? Key(JsonProperty property, string field)
    {
        string? name = null;
        try
        {
            name = property.Name;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: no text at all.
        }

        return Sound(name, field, IdCharsMax);
    }

    string? Scalar(JsonElement value, string field)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                var text = String(value, field);
                if (text is null || (text.Length <= TextCharsMax && !text.Contains('\0', StringComparison.Ordinal)))
                {
                    return text;
                }

                break;
            case JsonValueKind.Number when value.GetRawText() is { Length: <= TextCharsMax } number:
                return number;
            case JsonValueKind.True:
                return "true";
            case JsonValueKind.False:
                return "false";
        }

        faults.Add(field, $"Expected a string, number or boolean of at most {TextCharsMax} characters.");
        return null;
    }

    string? Name(JsonElement value, string field, int charsMax) =>
        String(value, field) is { } text ? Sound(text, field, charsMax) : null;

    string? String(JsonElement value, string field)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            try
            {
                return value.GetString();
            }
            catch (InvalidOperationException)
            {
                // Half of a surrogate pair: no text at all.
            }
        }

        faults.Add(field, "Expected a string of Unicode text.");
        return null;
    }

    string? Sound(string? text, string field, int charsMax)
    {
        if (text is { Length: > 0 } && text.Length <= charsMax && !text.Any(char.IsControl))
        {
            return text;
        }

        faults.Add(field, $"Expected 1 to {charsMax} characters, none of them a control character.");
        return null;
    }

    bool TryGet(string name, out JsonElement value)
    {
        try
        {
            return element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
        }
        catch (InvalidOperationException)
        {
            // Another property's name holds half of a surrogate pair, so it cannot be compared: find ours among the rest.
            return TryFind(name, out value);
        }
    }

    bool TryFind(string name, out JsonElement value)
    {
        value = default;
        foreach (var property in element.EnumerateObject())
        {
            try
            {
                value = property.NameEquals(name) ? property.Value : value;
            }
            catch (InvalidOperationException)
            {
                // Not ours.
            }
        }

        return value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);
    }
}
