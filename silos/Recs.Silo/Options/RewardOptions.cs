using System.ComponentModel.DataAnnotations;

namespace Recs.Silo.Options;

/// <summary>How one type of event becomes a reward.</summary>
public sealed record RewardOptions
{
    /// <summary>The reward, or its maximum when <see cref="FullAt"/> is above 0. In [0, 1].</summary>
    [Range(0d, 1d)]
    public double Value { get; init; }

    /// <summary>Value of the event (seconds of watch) at which the reward is full; 0 for a fixed reward.</summary>
    [Range(0d, 1e9)]
    public double FullAt { get; init; }

    /// <summary>The rewards of the built-in types where nothing else is configured.</summary>
    public static Dictionary<string, RewardOptions> Defaults() => new(StringComparer.Ordinal)
    {
        ["click"] = new() { Value = 1 },
        ["watch"] = new() { Value = 1, FullAt = 60 },
        ["like"] = new() { Value = 1 },
        ["share"] = new() { Value = 1 },
        ["dislike"] = new(),
        ["skip"] = new(),
    };
}
