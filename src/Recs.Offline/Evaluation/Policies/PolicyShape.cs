namespace Recs.Offline.Evaluation.Policies;

/// <summary>The sizes and the graph a policy's statistics are laid out for.</summary>
/// <param name="Arms">Number of arms.</param>
/// <param name="Clusters">Number of clusters C.</param>
/// <param name="Dimensions">D, length of the dense context.</param>
/// <param name="Edges">Shape [C x arms], row-major: which edges exist; empty when every edge does.</param>
public sealed record PolicyShape(int Arms, int Clusters, int Dimensions, bool[] Edges)
{
    /// <summary>Whether cluster and arm are connected.</summary>
    public bool HasEdge(int cluster, int arm) => Edges.Length == 0 || Edges[(cluster * Arms) + arm];
}
