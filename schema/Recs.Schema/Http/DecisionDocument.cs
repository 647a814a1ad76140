namespace Recs.Schema.Http;

/// <summary>A decision token in readable form.</summary>
/// <param name="DecisionId">The token.</param>
/// <param name="Policy">The policy that decided.</param>
/// <param name="Graph">Version of the graph that nominated.</param>
/// <param name="At">When it was decided.</param>
/// <param name="Surface">Where the slate was shown; null when the caller did not say.</param>
/// <param name="Viewer">Hash of the viewer's id; null for an anonymous viewer.</param>
/// <param name="Clusters">The context.</param>
/// <param name="Items">The slate in order of position.</param>
public sealed record DecisionDocument(
    string DecisionId,
    string Policy,
    string Graph,
    DateTimeOffset At,
    string? Surface,
    string? Viewer,
    IReadOnlyList<DecisionCluster> Clusters,
    IReadOnlyList<DecisionItem> Items);
