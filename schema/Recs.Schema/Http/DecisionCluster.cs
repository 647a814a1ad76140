namespace Recs.Schema.Http;

/// <summary>One active cluster of a decision.</summary>
/// <param name="Cluster">Global cluster id.</param>
/// <param name="Weight">w in (0, 1], exactly as it is learned with.</param>
public sealed record DecisionCluster(int Cluster, double Weight);
