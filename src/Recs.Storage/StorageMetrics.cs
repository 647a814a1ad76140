using System.Diagnostics.Metrics;

namespace Recs.Storage;

/// <summary>What a store measures, whichever holds it.</summary>
sealed class StorageMetrics : IDisposable
{
    /// <summary>Name of the meter: group commits, refused appends, failed transactions.</summary>
    public const string MeterName = "Recs.Storage";

    readonly Meter _meter = new(MeterName);
    readonly Histogram<double> _commitDuration;
    readonly Histogram<int> _commitAppends;

    public StorageMetrics()
    {
        _commitDuration = _meter.CreateHistogram<double>("recs_log_commit_duration", "ms", "Time of one group commit.");
        _commitAppends = _meter.CreateHistogram<int>("recs_log_commit_appends", description: "Appends in one group commit.");
        Overloaded = _meter.CreateCounter<long>("recs_log_overloaded", description: "Appends refused because too much waited.");
        Failures = _meter.CreateCounter<long>("recs_storage_failures", description: "Transactions that failed.");
    }

    /// <summary>Appends refused because too much waited.</summary>
    public Counter<long> Overloaded { get; }

    /// <summary>Transactions that failed.</summary>
    public Counter<long> Failures { get; }

    public void Committed(int appends, TimeSpan duration)
    {
        _commitDuration.Record(duration.TotalMilliseconds);
        _commitAppends.Record(appends);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
