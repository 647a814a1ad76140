namespace Recs.Offline.Clustering;

/// <summary>A partition of unit vectors.</summary>
/// <param name="Centroids">Unit vectors, shape [C x D], row-major.</param>
/// <param name="Clusters">Cluster of each point, shape [n].</param>
/// <param name="Counts">Points of each cluster, shape [C].</param>
/// <param name="Inertias">Mean of 1 − ⟨point, centroid⟩ after each pass.</param>
/// <param name="Moved">Clusters that were empty and were moved to a point.</param>
public sealed record ClusteringResult(
    float[] Centroids, int[] Clusters, int[] Counts, IReadOnlyList<double> Inertias, int Moved);
