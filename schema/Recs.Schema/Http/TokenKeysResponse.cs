namespace Recs.Schema.Http;

/// <summary>Every key that decision tokens are verified with, newest first.</summary>
public sealed record TokenKeysResponse(IReadOnlyList<TokenKeyDocument> Keys);
