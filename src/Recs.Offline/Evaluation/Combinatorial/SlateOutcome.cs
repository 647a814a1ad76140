namespace Recs.Offline.Evaluation.Combinatorial;

/// <summary>One simulation.</summary>
/// <param name="Realised">Cumulative regret in scores with their noise, as published, after every round; shape [T].</param>
/// <param name="Expected">Cumulative regret in expected scores at the end.</param>
/// <param name="Seconds">Time it took.</param>
public sealed record SlateOutcome(double[] Realised, double Expected, double Seconds);
