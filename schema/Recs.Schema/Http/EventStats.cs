namespace Recs.Schema.Http;

/// <summary>Feedback since the store was made.</summary>
public sealed record EventStats
{
    /// <summary>Events made durable.</summary>
    public required long Accepted { get; init; }

    /// <summary>Events whose effect is in the statistics, repeats included.</summary>
    public required long Applied { get; init; }

    /// <summary>Accepted and not yet applied.</summary>
    public required long Pending { get; init; }

    /// <summary>Events that were repeats and did not count.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Events refused since the start of the process.</summary>
    public required long Rejected { get; init; }

    /// <summary>Milliseconds that the statistics are behind the log; 0 when nothing is pending.</summary>
    public required double LagMs { get; init; }

    /// <summary>Events accepted per second, over the last seconds.</summary>
    public required double PerSecond { get; init; }

    /// <summary>Median milliseconds from durable to in the scores.</summary>
    public required double UpdateLatencyMsP50 { get; init; }

    /// <summary>99th percentile of the same.</summary>
    public required double UpdateLatencyMsP99 { get; init; }
}
