namespace Recs.Offline.Evaluation.Worlds;

/// <summary>What one run in one world came to; rewards are true probabilities, so the coins of the run do not add noise.</summary>
/// <param name="WholeRun">Mean true reward over all requests.</param>
/// <param name="LastThird">Mean true reward over the last third.</param>
/// <param name="ItemsShown">Distinct items shown.</param>
public readonly record struct WorldOutcome(double WholeRun, double LastThird, int ItemsShown);
