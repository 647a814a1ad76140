using Recs.Matching.Bandits;

namespace Recs.Matching.Graph;

/// <summary>How items are scored; a request's policy chooses one set.</summary>
public sealed record ScoringOptions
{
    /// <summary>
    /// <see cref="PolicyKind.DiagUcb"/>, <see cref="PolicyKind.DiagTs"/>, <see cref="PolicyKind.HierUcb"/> or
    /// <see cref="PolicyKind.HierTs"/>. The Thompson forms are scored like the bounds, with their own alpha: who draws,
    /// draws around <c>Mean</c> with <c>Spread</c>.
    /// </summary>
    public PolicyKind Policy { get; init; } = PolicyKind.HierUcb;

    /// <summary>α ≥ 0: score = mean + α·spread. 0 exploits only. Default 0.2.</summary>
    public float Alpha { get; init; } = 0.2f;

    /// <summary>d0 ≥ 0, added to every d by the diagonal policies. Default 1, LinUCB's identity.</summary>
    public float PriorPrecision { get; init; } = 1;

    /// <summary>What <c>diag-ucb</c> makes of an edge never tried; <c>diag-ts</c> takes d0. Default infinite.</summary>
    public UnexploredEdgePolicy Unexplored { get; init; } = UnexploredEdgePolicy.InfiniteItem;

    /// <summary>Divide the diagonal policies' mean and spread by the number of matched edges. Default no.</summary>
    public bool NormaliseByMatchedEdges { get; init; }

    /// <summary>L1 &gt; 0 of the hierarchical policies' edge effect. Default 16.</summary>
    public float EdgeShrinkage { get; init; } = 16;

    /// <summary>
    /// Whether a tie that has no room for all is drawn from, and the draw told (<see cref="Slates.Candidate.IsTied"/>); otherwise the
    /// same items are taken every time. Default yes.
    /// </summary>
    public bool DrawsTies { get; init; } = true;

    /// <summary>a of the prior π = σ(a + β·⟨u, v⟩).</summary>
    public float PriorIntercept { get; init; }

    /// <summary>β of the prior.</summary>
    public float PriorSlope { get; init; }

    /// <summary>
    /// How many of the best by approximate prior the hierarchical policies score again with the exact one.
    /// Default 0: eight times the number wanted.
    /// </summary>
    public int RerankCount { get; init; }

    /// <summary>Refuses parameters without meaning.</summary>
    internal void Check()
    {
        var isPositive = PriorPrecision > 0
            || (PriorPrecision == 0 && (UntriedIsInfinite || IsHierarchical));
        if (!isPositive || !(EdgeShrinkage > 0) || !(Alpha >= 0))
        {
            throw new InvalidOperationException(
                $"Alpha {Alpha}, d0 {PriorPrecision} and L1 {EdgeShrinkage} must be at least 0, L1 above it, "
                + "and d0 too where it is the variance of an untried edge.");
        }
    }

    internal bool IsHierarchical => Policy switch
    {
        PolicyKind.HierUcb or PolicyKind.HierTs => true,
        PolicyKind.DiagUcb or PolicyKind.DiagTs => false,
        _ => throw new InvalidOperationException($"{Policy} does not score edges."),
    };

    /// <summary>An untried edge counts as infinite; a draw from an infinite spread would mean nothing.</summary>
    internal bool UntriedIsInfinite =>
        Unexplored == UnexploredEdgePolicy.InfiniteItem && Policy != PolicyKind.DiagTs;
}
