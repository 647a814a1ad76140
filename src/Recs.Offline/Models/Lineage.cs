namespace Recs.Offline.Models;

/// <summary>Which family a new model belongs to.</summary>
/// <param name="Number">Its number.</param>
/// <param name="ClusterIdBase">Global id of its first cluster.</param>
/// <param name="Start">The parent's centroids, from which a model of the same family starts; null in a new family.</param>
sealed record Lineage(int Number, int ClusterIdBase, float[]? Start)
{
    /// <summary>The parent's family when dimension and number of clusters agree, a new one otherwise.</summary>
    public static Lineage Of(RetrainInput input, ModelShape shape) =>
        input.Previous is { } previous && previous.Dims == shape.Dims && previous.Clusters == shape.Clusters
            ? new(previous.Lineage, previous.ClusterIdBase, previous.Centroids)
            : new(input.Next.Lineage, input.Next.ClusterIdBase, null);
}
