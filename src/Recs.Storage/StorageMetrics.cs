using System.Diagnostics.Metrics;

namespace Recs.Storage;

/// <summary>What a store measures, whichever holds it.</summary>
sealed class StorageMetrics : IDisposable
{
    /// <summary>Name of the meter: group commits, refused appends, failed transactions.</summary>
    public const string MeterName = "Recs.Storage";

    /// <summary>From what a fast disk takes to what nobody should wait for, in seconds.</summary>
    public static readonly InstrumentAdvice<double> CommitBuckets = new()
    {
        HistogramBucketBoundaries = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    readonly Meter _meter = new(MeterName);
    readonly Histogram<double> _commitDuration;
    readonly Histogram<int> _commitAppends;

    public StorageMetrics()
    {
        _commitDuration = _meter.CreateHistogram<double>("recs.log.commit.duration", "s", "Time of one group commit.", advice: CommitBuckets);
        _commitAppends = _meter.CreateHistogram<int>("recs.log.commit.appends", "{append}", "Appends in one group commit.");
        Overloaded = _meter.CreateCounter<long>("recs.log.overloaded", "{append}", "Appends refused because too much waited.");
        Failures = _meter.CreateCounter<long>("recs.storage.failures", "{transaction}", "Transactions that failed.");
    }

    /// <summary>Appends refused because too much waited.</summary>
    public Counter<long> Overloaded { get; }

    /// <summary>Transactions that failed.</summary>
    public Counter<long> Failures { get; }

    public void Committed(int appends, TimeSpan duration)
    {
        _commitDuration.Record(duration.TotalSeconds);
        _commitAppends.Record(appends);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
