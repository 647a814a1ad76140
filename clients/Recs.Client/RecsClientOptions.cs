namespace Recs.Client;

/// <summary>How a client reaches the service and how patient it is.</summary>
public sealed record RecsClientOptions
{
    /// <summary>Sent as <c>Authorization: Bearer KEY</c>; null sends none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>
    /// How often a request that was answered with 429 or 503 is sent again. Default 0: the answer becomes a
    /// <see cref="RecsException"/> at once. Every request of this client may be sent again: upserts replace, and events
    /// that carry an <c>eventId</c> count once.
    /// </summary>
    public int RetriesMax { get; init; }

    /// <summary>The longest wait before a retry, whatever <c>Retry-After</c> asks for. Default 30 s.</summary>
    public TimeSpan RetryAfterMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock that waits use.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
