namespace Recs.Grains.Replication;

/// <summary>The calibrated prior π = σ(a + βx) of one moment.</summary>
/// <param name="Intercept">a, in log-odds.</param>
/// <param name="Slope">β, log-odds per unit of affinity.</param>
public readonly record struct Prior(float Intercept, float Slope);
