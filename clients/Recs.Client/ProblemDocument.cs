namespace Recs.Client;

/// <summary>The members of an RFC 9457 problem that the service uses.</summary>
sealed record ProblemDocument(string? Title, string? Detail, IReadOnlyDictionary<string, string[]>? Errors);
