namespace Recs.Matching.Graph;

/// <summary>What Diag-LinUCB makes of an edge that was never tried (d = 0). algorithms: section 1.2.</summary>
public enum UnexploredEdgePolicy
{
    /// <summary>The confidence bound of an item with such an edge is infinite: it goes first, ties at random.</summary>
    InfiniteItem,

    /// <summary>Its variance is w²/d0.</summary>
    PriorVariance,
}
