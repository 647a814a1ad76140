namespace Recs.Offline.Evaluation.Regrets;

/// <summary>How contexts are spread over clusters, for the policies that learn per cluster.</summary>
/// <param name="Clusters">C ≥ 1: clusters of contexts.</param>
/// <param name="ActiveClusters">K in 1 … C: clusters one request belongs to.</param>
/// <param name="Temperature">τ &gt; 0 of the cluster weights.</param>
public readonly record struct Clustering(int Clusters, int ActiveClusters, double Temperature)
{
    /// <summary>Many small clusters with overlap: the setting of the design document of the algorithms, section 1.8.</summary>
    public static Clustering Default => new(64, 5, 0.5);
}
