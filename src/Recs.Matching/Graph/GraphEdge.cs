namespace Recs.Matching.Graph;

/// <summary>One edge of the cluster-item graph, as the offline job draws it.</summary>
/// <param name="Row">Catalogue row of the item, ≥ 0.</param>
/// <param name="Affinity">x = ⟨v_c, v_j⟩, the inner product of the cluster's centroid and the item's vector.</param>
public readonly record struct GraphEdge(int Row, float Affinity);
