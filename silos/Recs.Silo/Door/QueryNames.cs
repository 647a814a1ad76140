namespace Recs.Silo.Door;

/// <summary>The query parameters that an endpoint takes.</summary>
sealed record QueryNames(IReadOnlyList<string> Names);
