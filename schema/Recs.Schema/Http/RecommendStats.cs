namespace Recs.Schema.Http;

/// <summary>Slates served since the start of the process.</summary>
public sealed record RecommendStats
{
    public required long Total { get; init; }

    /// <summary>Slates per second, over the last seconds.</summary>
    public required double PerSecond { get; init; }

    /// <summary>Median milliseconds to decide a slate.</summary>
    public required double LatencyMsP50 { get; init; }

    /// <summary>99th percentile of the same.</summary>
    public required double LatencyMsP99 { get; init; }

    /// <summary>Items served per layer.</summary>
    public required IReadOnlyDictionary<string, long> BySource { get; init; }

    /// <summary>Slates served per surface.</summary>
    public required IReadOnlyDictionary<string, long> BySurface { get; init; }
}
