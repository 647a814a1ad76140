namespace Recs.Schema.Http;

/// <summary>Every model version that is kept, newest first.</summary>
public sealed record ModelsResponse(IReadOnlyList<ModelDocument> Models);
