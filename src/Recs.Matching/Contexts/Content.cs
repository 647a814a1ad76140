namespace Recs.Matching.Contexts;

/// <summary>
/// What is known of an item or a viewer without any feedback. An attribute that an item and a viewer share, such as
/// language=en, falls into the same bucket for both.
/// </summary>
public readonly ref struct Content
{
    /// <summary>Categories of an item; a viewer's favourite ones, if told.</summary>
    public ReadOnlySpan<string> Categories { get; init; }

    /// <summary>Who made the item, or null.</summary>
    public string? Creator { get; init; }

    /// <summary>Attributes of an item, attributes or request context of a viewer.</summary>
    public ReadOnlySpan<KeyValuePair<string, string>> Attributes { get; init; }

    /// <summary>A vector that the caller brought, shape [E] or empty.</summary>
    public ReadOnlySpan<float> Embedding { get; init; }
}
