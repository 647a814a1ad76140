namespace Recs.Schema.Http;

/// <summary>Answer to an upsert of many.</summary>
/// <param name="Upserted">How many are durable.</param>
/// <param name="Rejected">Those refused, with the reason.</param>
public sealed record UpsertResponse(int Upserted, IReadOnlyList<Rejection> Rejected);
