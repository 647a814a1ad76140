using System.Diagnostics;

namespace Recs.Grains.Telemetry;

/// <summary>The spans of a silo beside those of its web server: decide, append, fold, replicate. They cost nothing while nobody listens.</summary>
public static class RecsTracing
{
    /// <summary>Name of the source.</summary>
    public const string SourceName = "Recs";

    /// <summary>Where spans begin.</summary>
    public static ActivitySource Source { get; } = new(SourceName);
}
