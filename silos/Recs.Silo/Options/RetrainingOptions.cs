using System.ComponentModel.DataAnnotations;

using Recs.Offline.Gates;

namespace Recs.Silo.Options;

/// <summary>Training inside the silo.</summary>
public sealed record RetrainingOptions
{
    /// <summary>Train when a catalogue has been loaded, and again when it has doubled. Default true.</summary>
    public bool Bootstrap { get; init; } = true;

    /// <summary>Minutes between trainings from the log; 0 for none. Default 0.</summary>
    [Range(0, 100_000)]
    public int IntervalMinutes { get; init; }

    /// <summary>How vectors are learned: als or two-tower. Default als.</summary>
    [AllowedValues("als", "two-tower")]
    public string Embeddings { get; init; } = "als";

    /// <summary>Most of a cluster's edges by inner product that may be of one category, an item's first; 1 for no quota. Default 1.</summary>
    [Range(0.001, 1.0)]
    public double CategoryShareMax { get; init; } = 1;

    /// <summary>The trial of a retrained model.</summary>
    public CanaryOptions Canary { get; init; } = new();

    /// <summary>Bounds between a trained model and serving.</summary>
    public GateOptions Gates { get; init; } = new();
}
