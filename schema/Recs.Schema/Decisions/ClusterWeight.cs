namespace Recs.Schema.Decisions;

/// <summary>One active cluster of a decision's context.</summary>
/// <param name="Cluster">Global cluster id.</param>
/// <param name="Weight">w · 65535, rounded; in [1, 65535].</param>
public readonly record struct ClusterWeight(int Cluster, ushort Weight);
