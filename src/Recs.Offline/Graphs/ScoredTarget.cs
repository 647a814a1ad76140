namespace Recs.Offline.Graphs;

/// <summary>One of the best targets of a query.</summary>
/// <param name="Target">Index of the target.</param>
/// <param name="Product">Its inner product with the query.</param>
public readonly record struct ScoredTarget(int Target, float Product);
