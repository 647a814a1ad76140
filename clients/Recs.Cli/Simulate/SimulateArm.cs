namespace Recs.Cli.Simulate;

/// <summary>One line of the comparison.</summary>
/// <param name="Name">The policy.</param>
/// <param name="Decisions">Slates served.</param>
/// <param name="RewardPerThousand">Expected clicks per thousand slates, by the true probabilities.</param>
/// <param name="LastTenth">The same over the last tenth of the events.</param>
/// <param name="Clicks">Clicks that happened; null for the oracle, which was not played.</param>
sealed record SimulateArm(string Name, int Decisions, double? RewardPerThousand, double? LastTenth, int? Clicks);
