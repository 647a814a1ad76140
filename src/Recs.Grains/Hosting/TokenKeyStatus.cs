namespace Recs.Grains.Hosting;

/// <summary>A key of decision tokens, without its secret.</summary>
/// <param name="Id">0-255, as in the token.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Signs">Whether new tokens are signed with it.</param>
public readonly record struct TokenKeyStatus(int Id, DateTimeOffset CreatedAt, bool Signs);
