using System.ComponentModel.DataAnnotations;

namespace Recs.Silo.Options;

/// <summary>The simulated viewers of <c>--demo</c>.</summary>
public sealed record DemoSettings
{
    /// <summary>Decisions per second. Default 40.</summary>
    [Range(1, 1000)]
    public int DecisionsPerSecond { get; init; } = 40;

    /// <summary>Plays in a store that holds other data, too. Default false: such a start is refused.</summary>
    public bool AnyStore { get; init; }

    /// <summary>Seed of everything that the demo draws. Default 1.</summary>
    public int Seed { get; init; } = 1;
}
