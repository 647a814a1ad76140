using System.ComponentModel.DataAnnotations;

namespace Recs.Silo.Demo;

/// <summary>How large the demonstration is and how fast it runs. The same options give the same items and viewers.</summary>
public sealed record DemoOptions
{
    /// <summary>Seed of the catalogue, of the viewers' tastes and of their behaviour.</summary>
    public ulong Seed { get; init; } = 7;

    /// <summary>Items of the first catalogue.</summary>
    [Range(1, 100_000)]
    public int Items { get; init; } = 3_000;

    /// <summary>Simulated viewers.</summary>
    [Range(1, 1_000_000)]
    public int Viewers { get; init; } = 1_000;

    /// <summary>
    /// Past clicks per viewer (events without a decision) sent before the first training: the offline layer has nothing
    /// else to learn tastes from.
    /// </summary>
    [Range(0, 1_000)]
    public int PastClicksPerViewer { get; init; } = 20;

    /// <summary>Slates asked for per second.</summary>
    [Range(0.1, 1_000)]
    public double DecisionsPerSecond { get; init; } = 40;

    /// <summary>Probability, per decision, that the slate is asked of the policy <c>uniform</c> instead of the server's.</summary>
    [Range(0.0, 1.0)]
    public double ControlShare { get; init; } = 0.15;

    /// <summary>Items per slate.</summary>
    [Range(1, 100)]
    public int SlateCount { get; init; } = 10;

    /// <summary>Seconds from one fresh item to the next.</summary>
    [Range(0.1, 86_400)]
    public double FreshItemSeconds { get; init; } = 4;

    /// <summary>Fresh items of one run; after that the catalogue stays as it is.</summary>
    [Range(0, 1_000_000)]
    public int FreshItemsMax { get; init; } = 5_000;

    /// <summary>Key with the roles <c>serve</c>, <c>catalogue</c> and <c>admin</c>; null when the server asks for none.</summary>
    public string? ApiKey { get; init; }
}
