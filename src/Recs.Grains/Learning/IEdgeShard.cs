using Recs.Schema.Http;

namespace Recs.Grains.Learning;

/// <summary>The single writer of the Diag-LinUCB and hierarchical parameters of its clusters' edges.</summary>
[Alias("Recs.IEdgeShard")]
public interface IEdgeShard : ILearningShard
{
    /// <summary>Adds new edges to a graph version that this silo serves or prepares.</summary>
    /// <param name="graph">Version of the graph.</param>
    /// <param name="edges">Raw <see cref="EdgePlacement"/>s, all in this shard's clusters.</param>
    [Alias("Attach")]
    ValueTask Attach(long graph, [Immutable] byte[] edges);

    /// <summary>Writes what has been learned into a graph version that is being prepared; from then on every update goes there too.</summary>
    [Alias("Fill")]
    ValueTask Fill(long graph);

    /// <summary>Every statistic of an item's edges, learned or in the serving graph.</summary>
    [Alias("Describe")]
    ValueTask<EdgeDocument[]> Describe(int row);

    /// <summary>Edges with at least one impression.</summary>
    [Alias("EdgesTouched")]
    ValueTask<int> EdgesTouched();
}
