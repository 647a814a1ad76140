namespace Recs.Offline.Graphs;

/// <summary>How many edges a graph has.</summary>
/// <param name="EdgesPerCluster">W: best items of every cluster.</param>
/// <param name="AttachClusters">Nearest clusters of every item.</param>
/// <param name="FreshEdges">Best fresh items of every cluster.</param>
public sealed record GraphOptions(int EdgesPerCluster, int AttachClusters, int FreshEdges);
