namespace Recs.Matching.Graph;

/// <summary>What the impressions of one item were watched; x in [0, 1] is an impression's watch reward, 0 when it was not watched.</summary>
/// <remarks>
/// With at most one watch an impression, as is usual, Σ x² is the sum of the rewards' squares and all is exact but for the
/// rounding to floats. Of several watches of one impression the squares lack the products, so the deviations are too small.
/// </remarks>
/// <param name="N">n, impressions, ≥ 0; those from before watches were summed are left out.</param>
/// <param name="Sum">Σ x, ≥ 0; above n when impressions are missing.</param>
/// <param name="Deviations">
/// Σ (x − x̄)² over the n impressions, ≥ 0. Made from the integers, because a Σ x² in floats has lost a small variance already.
/// </param>
public readonly record struct WatchTotals(float N, float Sum, float Deviations);
