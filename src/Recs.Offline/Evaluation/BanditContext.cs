namespace Recs.Offline.Evaluation;

/// <summary>What a policy may know about one request. Immutable; shared by every policy that is compared on it.</summary>
/// <param name="Features">Dense context x, shape [D]; for the regressions.</param>
/// <param name="Clusters">The K clusters the request belongs to, best first.</param>
/// <param name="Weights">w, shape [K], same order, sums to 1.</param>
/// <param name="Affinities">⟨u, v⟩ of every arm, shape [arms]; empty when arms have no vectors.</param>
public sealed record BanditContext(double[] Features, int[] Clusters, double[] Weights, double[] Affinities)
{
    /// <summary>The arm's affinity, 0 when arms have no vectors.</summary>
    public double AffinityOf(int arm) => Affinities.Length == 0 ? 0 : Affinities[arm];
}
