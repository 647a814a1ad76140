namespace Recs.Schema.Http;

/// <summary>Answer of a probe that finds all well.</summary>
/// <param name="Status"><c>live</c> or <c>ready</c>.</param>
public sealed record HealthDocument(string Status);
