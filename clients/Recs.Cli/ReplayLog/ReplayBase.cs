namespace Recs.Cli.ReplayLog;

/// <summary>The base that a replay started from.</summary>
/// <param name="Events">Events that it stands for, repeats included.</param>
/// <param name="Positions">Offset that it goes up to, by partition.</param>
sealed record ReplayBase(long Events, IReadOnlyList<long> Positions);
