namespace Recs.Schema.Http;

/// <summary>One item of a slate.</summary>
/// <param name="Id">The item.</param>
/// <param name="Position">0-based.</param>
/// <param name="Score">What the policy ranked by: mean + bonus. Capped at a finite number for an edge never tried.</param>
/// <param name="Mean">Expected reward as the policy believes it.</param>
/// <param name="Bonus">What exploration adds.</param>
/// <param name="Propensity">Exact probability of this item here given the positions before, in (0, 1].</param>
/// <param name="Source">The layer that nominated it: bandit, candidates, fresh, neural or popular.</param>
public sealed record RecommendedItem(
    string Id,
    int Position,
    float Score,
    float Mean,
    float Bonus,
    float Propensity,
    string Source);
