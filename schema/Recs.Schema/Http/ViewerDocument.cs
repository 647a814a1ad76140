namespace Recs.Schema.Http;

/// <summary>What is known about a viewer.</summary>
/// <param name="Id">The viewer's id.</param>
/// <param name="Attributes">As upserted.</param>
/// <param name="Embedding">As upserted.</param>
/// <param name="Vector">The viewer's unit vector in the model's space; empty without a taste yet.</param>
/// <param name="Clusters">Active clusters and their weights; empty without a taste yet.</param>
/// <param name="History">Recent history, newest first.</param>
public sealed record ViewerDocument(
    string Id,
    IReadOnlyDictionary<string, string>? Attributes,
    float[]? Embedding,
    IReadOnlyList<float> Vector,
    IReadOnlyList<DecisionCluster> Clusters,
    IReadOnlyList<HistoryDocument> History);
