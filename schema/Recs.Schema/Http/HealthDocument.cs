namespace Recs.Schema.Http;

/// <summary>Answer of a probe that finds all well.</summary>
/// <param name="Status"><c>live</c> or <c>ready</c>.</param>
/// <param name="Damaged">What was found damaged in storage, and what was done about it; absent where nothing was.</param>
public sealed record HealthDocument(string Status, IReadOnlyCollection<string>? Damaged = null);
