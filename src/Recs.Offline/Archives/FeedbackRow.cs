using System.Text.Json.Serialization;

using Parquet.Serialization.Attributes;

namespace Recs.Offline.Archives;

/// <summary>A line of <c>feedback-*.parquet</c>: an item that was shown, a reward, a meeting outside any decision, or that a viewer was forgotten; each once.</summary>
public sealed class FeedbackRow
{
    /// <summary>impression, reward, history or forget: what the archive says of the viewer before is to be left out.</summary>
    [JsonPropertyName("kind")]
    public string Kind { get; set; } = "";

    /// <summary>What the caller sent: impression, click, watch, ….</summary>
    [JsonPropertyName("type")]
    public string Type { get; set; } = "";

    /// <summary>When it happened, as the caller says, UTC; null where a viewer was forgotten.</summary>
    [JsonPropertyName("at")]
    [ParquetTimestamp(ParquetTimestampResolution.Milliseconds)]
    public DateTime? At { get; set; }

    /// <summary>128-bit hash of the viewer's id in hexadecimal digits; null for an anonymous viewer.</summary>
    [JsonPropertyName("viewer")]
    public string? Viewer { get; set; }

    /// <summary>Catalogue row of the item: <c>row</c> of <c>items.parquet</c>.</summary>
    [JsonPropertyName("row")]
    public int Row { get; set; }

    /// <summary>What was earned, in [−1, 1]: the rewards of one decision and position add up to what the shown item earned, in [0, 1].</summary>
    [JsonPropertyName("reward")]
    public double Reward { get; set; }

    /// <summary>The event's own number: seconds watched, a custom value.</summary>
    [JsonPropertyName("value")]
    public float Value { get; set; }

    /// <summary>Number of the decision; null outside decisions, and so are all columns below.</summary>
    [JsonPropertyName("decision")]
    public long? Decision { get; set; }

    /// <summary>When it was decided, UTC.</summary>
    [JsonPropertyName("decided_at")]
    [ParquetTimestamp(ParquetTimestampResolution.Milliseconds)]
    public DateTime? DecidedAt { get; set; }

    /// <summary>Model version that decided.</summary>
    [JsonPropertyName("model")]
    public long? Model { get; set; }

    /// <summary>Number of the policy that decided.</summary>
    [JsonPropertyName("policy")]
    public int? Policy { get; set; }

    /// <summary>Where the slate was shown.</summary>
    [JsonPropertyName("surface")]
    public string? Surface { get; set; }

    /// <summary>Position in the slate, from 0.</summary>
    [JsonPropertyName("position")]
    public int? Position { get; set; }

    /// <summary>Chance with which the policy put the item there.</summary>
    [JsonPropertyName("propensity")]
    public float? Propensity { get; set; }

    /// <summary>π of the item, in [0, 1].</summary>
    [JsonPropertyName("prior")]
    public double? Prior { get; set; }

    /// <summary>Bit k is set where active cluster k has an edge to the item.</summary>
    [JsonPropertyName("matched")]
    public int? Matched { get; set; }

    /// <summary>a of π = σ(a + βx).</summary>
    [JsonPropertyName("prior_intercept")]
    public float? PriorIntercept { get; set; }

    /// <summary>β of π = σ(a + βx).</summary>
    [JsonPropertyName("prior_slope")]
    public float? PriorSlope { get; set; }

    /// <summary>Active clusters of the context.</summary>
    [JsonPropertyName("clusters")]
    public List<int> Clusters { get; set; } = [];

    /// <summary>Their weights, in [0, 1].</summary>
    [JsonPropertyName("weights")]
    public List<double> Weights { get; set; } = [];
}
