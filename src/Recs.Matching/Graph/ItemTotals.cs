namespace Recs.Matching.Graph;

/// <summary>The learned sums of one item, in reals.</summary>
/// <param name="N">n, impressions, ≥ 0.</param>
/// <param name="R">Σ r over rewards.</param>
/// <param name="P">Σ π over impressions.</param>
public readonly record struct ItemTotals(float N, float R, float P)
{
    /// <summary>What its impressions were watched.</summary>
    public WatchTotals Watch { get; init; }
}
