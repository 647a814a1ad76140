using System.Text.Json;

namespace Recs.Silo.Door;

/// <summary>Names of JSON fields, which may be anything.</summary>
static class FieldNames
{
    const int ShownCharsMax = 64;

    /// <summary>Whether a field has one of some names.</summary>
    public static bool IsAny(JsonProperty property, ReadOnlySpan<string> names)
    {
        try
        {
            foreach (var name in names)
            {
                if (property.NameEquals(name))
                {
                    return true;
                }
            }
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: no name of ours.
        }

        return false;
    }

    /// <summary>A field's name as it is told: cut when it is long, and a mark when it is no text.</summary>
    public static string Shown(JsonProperty property)
    {
        try
        {
            return property.Name.Length <= ShownCharsMax ? property.Name : property.Name[..ShownCharsMax];
        }
        catch (InvalidOperationException)
        {
            return "?";
        }
    }
}
