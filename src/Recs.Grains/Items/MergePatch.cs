namespace Recs.Grains.Items;

/// <summary>RFC 7396 for a map of strings.</summary>
public static class MergePatch
{
    /// <summary>Most attributes of a document after a merge.</summary>
    public const int AttributesMax = 64;

    /// <summary>The map afterwards; null, which takes the whole map away, when there are no values.</summary>
    public static Dictionary<string, string>? Attributes(
        IReadOnlyDictionary<string, string>? known, IReadOnlyDictionary<string, string>? values, string[] removed)
    {
        if (values is null)
        {
            return null;
        }

        var merged = known is null ? new(StringComparer.Ordinal) : new Dictionary<string, string>(known, StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            merged[name] = value;
        }

        foreach (var name in removed)
        {
            _ = merged.Remove(name);
        }

        return merged;
    }
}
