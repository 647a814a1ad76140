namespace Recs.Schema.Http;

/// <summary>A key that decision tokens are verified with; its secret is never told.</summary>
/// <param name="Id">0-255, as in the tokens.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Signs">Whether new tokens are signed with it; a new key does after five seconds.</param>
public sealed record TokenKeyDocument(int Id, DateTimeOffset CreatedAt, bool Signs);
