using System.ComponentModel.DataAnnotations;

namespace Recs.Silo.Options;

/// <summary>How types of events become a reward.</summary>
public sealed record RewardOptions
{
    /// <summary>The reward, or its maximum when <see cref="FullAt"/> is above 0. In [0, 1].</summary>
    [Range(0d, 1d)]
    public double Value { get; init; }

    /// <summary>Value of the event (seconds of watch) at which the reward is full; 0 for a fixed reward.</summary>
    [Range(0d, 1e9)]
    public double FullAt { get; init; }
}
