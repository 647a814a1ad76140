namespace Recs.Offline.Graphs;

/// <summary>The sparse graph between clusters and items.</summary>
/// <param name="Starts">Edges of cluster c are Starts[c] to Starts[c + 1], shape [C + 1].</param>
/// <param name="Items">Item index of each edge, strictly ascending within a cluster, shape [m].</param>
/// <param name="Affinities">⟨v_c, v_j⟩ of each edge, shape [m].</param>
/// <param name="Fresh">How many edges lead to fresh items.</param>
public sealed record ClusterGraph(int[] Starts, int[] Items, float[] Affinities, int Fresh);
