namespace Recs.Silo.Options;

/// <summary>Who may call.</summary>
public sealed record AuthOptions
{
    /// <summary>Keys; none leaves a loopback address open.</summary>
    public List<AuthKey> Keys { get; init; } = [];

    /// <summary>Listen on other addresses than loopback without keys. Default false.</summary>
    public bool AllowAnonymous { get; init; }
}
