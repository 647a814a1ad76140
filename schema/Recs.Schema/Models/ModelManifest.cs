namespace Recs.Schema.Models;

/// <summary>What a person or a gate wants to know of a model without opening it. Stored beside the file as JSON.</summary>
public sealed record ModelManifest
{
    /// <summary>Version of the model it was made from; null when there was none.</summary>
    public long? Parent { get; init; }

    /// <summary>Number of the family of models that share their cluster ids.</summary>
    public required int Lineage { get; init; }

    /// <summary>Global id of the first cluster.</summary>
    public required int ClusterIdBase { get; init; }

    /// <summary>C.</summary>
    public required int Clusters { get; init; }

    /// <summary>D.</summary>
    public required int Dims { get; init; }

    /// <summary>When the model was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Length of the model file in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>What it was made from.</summary>
    public required ModelCounts Counts { get; init; }

    /// <summary>How well the steps did.</summary>
    public required ModelFigures Figures { get; init; }

    /// <summary>Seconds per step, in order.</summary>
    public required IReadOnlyDictionary<string, double> Seconds { get; init; }

    /// <summary>The seed that repeats it.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The settings it was made with.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>What stood between it and serving; null for a model that nobody judged.</summary>
    public GateReport? Judgement { get; init; }
}
