namespace Recs.Offline.Graphs;

/// <summary>How many edges a graph has.</summary>
/// <param name="EdgesPerCluster">W: best items of every cluster.</param>
/// <param name="AttachClusters">Nearest clusters of every item.</param>
/// <param name="FreshEdges">Best fresh items of every cluster.</param>
/// <param name="CategoryShareMax">Most of W that one category may hold, in (0, 1]; 1 for no quota.</param>
public sealed record GraphOptions(int EdgesPerCluster, int AttachClusters, int FreshEdges, double CategoryShareMax = 1)
{
    /// <summary>Most edges of one category among the W best.</summary>
    public int CategoryMost => (int)Math.Ceiling(CategoryShareMax * EdgesPerCluster);
}
