using System.ComponentModel.DataAnnotations;

using Recs.Grains.Ingest;

namespace Recs.Silo.Options;

/// <summary>How one type of event becomes a reward.</summary>
public sealed record RewardOptions
{
    /// <summary>
    /// The reward, or its maximum when <see cref="FullAt"/> is above 0; below 0 it counts against the item. In [−1, 1]: all types
    /// above 0 together at most 1, all below 0 together at least −1, because a shown item earns each type once.
    /// </summary>
    [Range(-1d, 1d)]
    public double Value { get; init; }

    /// <summary>The rule that events are valued by.</summary>
    public RewardRule Rule() => new(Value, FullAt);

    /// <summary>Value of the event (seconds of watch) at which the reward is full; 0 for a fixed reward.</summary>
    [Range(0d, 1e9)]
    public double FullAt { get; init; }

    /// <summary>The rewards of the built-in types where nothing else is configured.</summary>
    public static Dictionary<string, RewardOptions> Defaults() => new(StringComparer.Ordinal)
    {
        ["click"] = new() { Value = 0.5 },
        ["watch"] = new() { Value = 0.3, FullAt = 60 },
        ["like"] = new() { Value = 0.1 },
        ["share"] = new() { Value = 0.1 },
        ["dislike"] = new(),
        ["skip"] = new(),
    };
}
