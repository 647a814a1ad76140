using System.ComponentModel.DataAnnotations;

namespace Recs.Silo.Options;

/// <summary>Named limits; reaching one is counted and answered.</summary>
public sealed record LimitOptions
{
    /// <summary>Most bytes of a request's body. Default 8 MiB.</summary>
    [Range(1024, 1 << 30)]
    public int BodyBytesMax { get; init; } = 8 * 1024 * 1024;

    /// <summary>Most items, users or events in one request. Default 10000.</summary>
    [Range(1, 1_000_000)]
    public int BatchMax { get; init; } = 10_000;

    /// <summary>Most rows of the catalogue, deleted items included. Default 1048576.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int ItemsMax { get; init; } = 1024 * 1024;

    /// <summary>How far a caller's clock may be ahead, in seconds. Default 300.</summary>
    [Range(0, 86_400)]
    public int ClockSkewSeconds { get; init; } = 300;

    /// <summary>Requests per second of a key, or of an address without one. Default 20000.</summary>
    [Range(1, 10_000_000)]
    public int RequestsPerSecond { get; init; } = 20_000;

    /// <summary>Requests that a caller may have saved up; those of one second when absent.</summary>
    [Range(1, 10_000_000)]
    public int? Burst { get; init; }

    /// <summary>Connections at once; more are closed. Default 10000.</summary>
    [Range(1, 1_000_000)]
    public int ConnectionsMax { get; init; } = 10_000;

    /// <summary>Milliseconds that a request may wait for a thread; beyond it a share is refused before any work. Default 25.</summary>
    [Range(1, 60_000)]
    public int QueueDelayMilliseconds { get; init; } = 25;

    /// <summary>Milliseconds that such a refusal is held, so that who asks again at once does not cost more than who is served. Default 1000.</summary>
    [Range(0, 60_000)]
    public int RefusalHoldMilliseconds { get; init; } = 1000;

    /// <summary>Rows of the log, in any partition, that may not be in the statistics yet; beyond it events are refused. Default 20000.</summary>
    [Range(100, 100_000_000)]
    public int BacklogRowsMax { get; init; } = 20_000;

    /// <summary>Requests handled at once. Default 1024.</summary>
    [Range(1, 1_000_000)]
    public int ConcurrentRequestsMax { get; init; } = 1024;

    /// <summary>Bytes of all bodies held at once; a caller may have a quarter of it. Default 256 MiB.</summary>
    [Range(1L << 20, 1L << 40)]
    public long BufferedBytesMax { get; init; } = 256 * 1024 * 1024;

    /// <summary>Bytes of events that may wait to be written. Default 64 MiB.</summary>
    [Range(1024, 1 << 30)]
    public int AppendBytesMax { get; init; } = 64 * 1024 * 1024;
}
