namespace Recs.Cli.Simulate;

/// <summary>Rewards per thousand slates within one tenth of the play; null where nobody was served.</summary>
/// <param name="UpToEvents">Where the tenth ends.</param>
/// <param name="Policy">Of the policy.</param>
/// <param name="Uniform">Of uniform.</param>
/// <param name="Oracle">Of the best slates.</param>
sealed record SimulatePart(int UpToEvents, double? Policy, double? Uniform, double? Oracle);
