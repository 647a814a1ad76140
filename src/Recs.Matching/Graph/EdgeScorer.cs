using Recs.Matching.Numerics;
using Recs.Matching.Slates;

namespace Recs.Matching.Graph;

/// <summary>Scores the items of a request's active clusters, live parameters in place, and keeps the best.</summary>
/// <remarks>
/// O(edges of the active clusters), no allocation once the workspace is warm. An item that is not eligible never takes
/// a place, a NaN never wins, and items tied at +∞ are drawn uniformly. Reads tables that are written meanwhile.
/// </remarks>
public static unsafe class EdgeScorer
{
    /// <summary>Most active clusters of a request: a matched mask has 16 bits.</summary>
    public const int ClustersMax = 16;

    /// <summary>The best items among all that have an edge in an active cluster.</summary>
    /// <param name="table">The edges of the active graph.</param>
    /// <param name="items">Item effects and eligibility; at least as many rows as the table's limit.</param>
    /// <param name="vectors">Item vectors for the exact prior, or null: then the hierarchical policies keep the
    /// approximate one, Σ w·x with the cluster's smallest affinity where there is no edge, and others report σ(a).</param>
    /// <param name="clusters">Active clusters, shape [K], K ≤ 16, distinct.</param>
    /// <param name="weights">Their weights w, shape [K]; a cluster whose weight is not positive is passed over.</param>
    /// <param name="user">u, shape [D]; ignored without vectors.</param>
    /// <param name="options">Policy and parameters.</param>
    /// <param name="eligibility">Which items may be shown.</param>
    /// <param name="top">Receives the best, best first; its length is N.</param>
    /// <param name="work">Scratch; one request at a time.</param>
    /// <param name="rng">Breaks ties at +∞.</param>
    /// <returns>How many were found, at most N.</returns>
    /// <remarks>
    /// The hierarchical policies score all items with the approximate prior, the best
    /// <see cref="ScoringOptions.RerankCount"/> of them (or slightly more) again with the exact one.
    /// </remarks>
    public static int Top(
        EdgeTable table,
        ItemTable items,
        VectorTable? vectors,
        ReadOnlySpan<int> clusters,
        ReadOnlySpan<float> weights,
        ReadOnlySpan<float> user,
        ScoringOptions options,
        in Eligibility eligibility,
        Span<Candidate> top,
        Workspace work,
        ref Rng rng)
    {
        var scoring = new Scoring(table, items, vectors, options, eligibility, work, Layer.Bandit);
        scoring.Check(clusters, weights, user);
        work.Enter(table.Epochs);
        try
        {
            scoring.Accumulate(clusters, weights);
            scoring.Exclude();
            scoring.Score();
            return scoring.Best(top, ref rng);
        }
        finally
        {
            scoring.Finish();
            work.Exit();
            GC.KeepAlive(table);
        }
    }

    /// <summary>The best of a given list of items, whether they have an edge in an active cluster or not.</summary>
    /// <param name="table">The edges of the active graph.</param>
    /// <param name="items">Item effects and eligibility.</param>
    /// <param name="vectors">Item vectors for the exact prior, or null: every prior is σ(a).</param>
    /// <param name="clusters">Active clusters, shape [K], K ≤ 16, distinct; may be empty.</param>
    /// <param name="weights">Their weights w, shape [K].</param>
    /// <param name="user">u, shape [D]; ignored without vectors.</param>
    /// <param name="options">Policy and parameters.</param>
    /// <param name="eligibility">Which items may be shown.</param>
    /// <param name="rows">Catalogue rows to score, distinct. A row outside the item table is not eligible.</param>
    /// <param name="source">The layer that named them.</param>
    /// <param name="top">Receives the best, best first; its length is N.</param>
    /// <param name="work">Scratch; one request at a time.</param>
    /// <param name="rng">Breaks ties at +∞.</param>
    /// <returns>How many were found, at most N.</returns>
    /// <remarks>
    /// Few rows are looked up by binary search, O(rows·K·log edges); many by one pass over the edges. An item without a
    /// matched edge has mean and spread 0 under the diagonal policies, prior and item effect under the hierarchical.
    /// </remarks>
    public static int TopOf(
        EdgeTable table,
        ItemTable items,
        VectorTable? vectors,
        ReadOnlySpan<int> clusters,
        ReadOnlySpan<float> weights,
        ReadOnlySpan<float> user,
        ScoringOptions options,
        in Eligibility eligibility,
        ReadOnlySpan<int> rows,
        Layer source,
        Span<Candidate> top,
        Workspace work,
        ref Rng rng)
    {
        var scoring = new Scoring(table, items, vectors, options, eligibility, work, source);
        scoring.Check(clusters, weights, user);
        work.Enter(table.Epochs);
        try
        {
            scoring.Gather(clusters, weights, rows);
            scoring.Exclude();
            scoring.Score();
            return scoring.Best(top, ref rng);
        }
        finally
        {
            scoring.Finish();
            work.Exit();
            GC.KeepAlive(table);
        }
    }
}
