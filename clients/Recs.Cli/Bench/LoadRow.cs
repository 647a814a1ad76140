namespace Recs.Cli.Bench;

/// <summary>Figures of one endpoint.</summary>
/// <param name="Name">Which one.</param>
/// <param name="Requests">Answered with 200.</param>
/// <param name="Failures">Answered with anything else.</param>
/// <param name="PerSecond">Answers a second.</param>
/// <param name="P50Ms">Median duration, ms.</param>
/// <param name="P99Ms">99th percentile, ms.</param>
sealed record LoadRow(string Name, int Requests, int Failures, double PerSecond, double P50Ms, double P99Ms);
