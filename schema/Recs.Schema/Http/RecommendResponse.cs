namespace Recs.Schema.Http;

/// <summary>A slate.</summary>
/// <param name="DecisionId">The signed token that events carry back.</param>
/// <param name="Policy">The policy that decided.</param>
/// <param name="Graph">Version of the graph that nominated.</param>
/// <param name="Items">Distinct items in order of position; fewer than asked only when fewer are eligible.</param>
public sealed record RecommendResponse(
    string DecisionId,
    string Policy,
    string Graph,
    IReadOnlyList<RecommendedItem> Items);
