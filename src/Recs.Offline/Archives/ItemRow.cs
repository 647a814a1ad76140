using System.Text.Json.Serialization;

using Parquet.Serialization.Attributes;

namespace Recs.Offline.Archives;

/// <summary>A line of <c>items.parquet</c>.</summary>
public sealed class ItemRow
{
    /// <summary>Catalogue row.</summary>
    [JsonPropertyName("row")]
    public int Row { get; set; }

    /// <summary>The caller's id.</summary>
    [JsonPropertyName("id")]
    public string Id { get; set; } = "";

    /// <summary>When it came into being, UTC.</summary>
    [JsonPropertyName("created_at")]
    [ParquetTimestamp(ParquetTimestampResolution.Microseconds)]
    public DateTime CreatedAt { get; set; }

    /// <summary>Whether it could be recommended when the archive was written.</summary>
    [JsonPropertyName("available")]
    public bool Available { get; set; }

    /// <summary>Categories, possibly none.</summary>
    [JsonPropertyName("categories")]
    public List<string> Categories { get; set; } = [];

    /// <summary>Who made it, or null.</summary>
    [JsonPropertyName("creator")]
    public string? Creator { get; set; }

    /// <summary>Attributes, possibly none.</summary>
    [JsonPropertyName("attributes")]
    public Dictionary<string, string> Attributes { get; set; } = [];

    /// <summary>A vector the caller brought, possibly none.</summary>
    [JsonPropertyName("embedding")]
    public List<float> Embedding { get; set; } = [];
}
