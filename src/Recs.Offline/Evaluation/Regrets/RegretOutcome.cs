namespace Recs.Offline.Evaluation.Regrets;

/// <summary>What one run came to.</summary>
/// <param name="Regret">Cumulative regret after the last decision, in reward units.</param>
/// <param name="MeanReward">Mean reward per decision.</param>
/// <param name="Curve">Cumulative regret at <see cref="RegretSimulation.CurvePoints"/> evenly spaced decisions.</param>
public sealed record RegretOutcome(double Regret, double MeanReward, double[] Curve);
