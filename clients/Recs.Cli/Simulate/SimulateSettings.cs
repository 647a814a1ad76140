namespace Recs.Cli.Simulate;

/// <summary>What to play.</summary>
sealed record SimulateSettings
{
    /// <summary>How many viewers there are.</summary>
    public required int Viewers { get; init; }

    /// <summary>After how many events the play ends; the visit under way is finished.</summary>
    public required int Events { get; init; }

    /// <summary>The world.</summary>
    public required int Seed { get; init; }

    /// <summary>The policy asked for; null leaves it to the server.</summary>
    public required string? Policy { get; init; }

    /// <summary>Items in a slate.</summary>
    public required int Count { get; init; }

    /// <summary>Visits at the same time.</summary>
    public required int Concurrency { get; init; }

    /// <summary>Share of visits served by <c>uniform</c>, in [0, 1].</summary>
    public required double ControlShare { get; init; }

    /// <summary>Whether tastes are not linear.</summary>
    public required bool IsNonlinear { get; init; }

    /// <summary>Items published during the play, as a share of the catalogue.</summary>
    public required double FreshShare { get; init; }
}
