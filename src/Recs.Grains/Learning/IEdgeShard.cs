using Recs.Schema.Http;

namespace Recs.Grains.Learning;

/// <summary>The single writer of the Diag-LinUCB and hierarchical parameters of its clusters' edges.</summary>
[Alias("Recs.IEdgeShard")]
public interface IEdgeShard : ILearningShard
{
    /// <summary>What was learned about an item's edges.</summary>
    [Alias("Describe")]
    ValueTask<EdgeDocument[]> Describe(int row);

    /// <summary>Edges with at least one impression.</summary>
    [Alias("EdgesTouched")]
    ValueTask<int> EdgesTouched();
}
