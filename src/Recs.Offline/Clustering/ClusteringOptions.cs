namespace Recs.Offline.Clustering;

/// <summary>Settings of spherical k-means.</summary>
/// <param name="Clusters">C ≥ 1.</param>
/// <param name="PassesMax">Most passes over the points.</param>
/// <param name="Seed">Seed of the first centroids.</param>
public sealed record ClusteringOptions(int Clusters, int PassesMax, ulong Seed)
{
    /// <summary>Passes end when a pass lowers the inertia by less than this share.</summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Points that k-means++ draws the first centroids from, per cluster.</summary>
    public int SeedPointsPerCluster { get; init; } = 16;
}
