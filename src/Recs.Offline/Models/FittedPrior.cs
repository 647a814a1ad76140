namespace Recs.Offline.Models;

/// <summary>The prior π = σ(a + β⟨u, v⟩) that online learning starts from.</summary>
/// <param name="Intercept">a, in log-odds.</param>
/// <param name="Slope">β, log-odds per unit of affinity.</param>
/// <param name="Pairs">Pairs it was fitted on; 0 when it is the configured one.</param>
public readonly record struct FittedPrior(double Intercept, double Slope, int Pairs);
