using System.Diagnostics.Metrics;

namespace Recs.Storage.Kafka;

/// <summary>What the log over Kafka measures, by the names the embedded store uses for the same things.</summary>
sealed class KafkaMetrics : IDisposable
{
    readonly Meter _meter = new(KafkaEventLog.MeterName);
    readonly Histogram<double> _commitDuration;
    readonly Histogram<int> _commitAppends;

    public KafkaMetrics()
    {
        _commitDuration = _meter.CreateHistogram<double>("recs.log.commit.duration", "s", "Time of one group commit.", advice: StorageMetrics.CommitBuckets);
        _commitAppends = _meter.CreateHistogram<int>("recs.log.commit.appends", "{append}", "Appends in one group commit.");
        Overloaded = _meter.CreateCounter<long>("recs.log.overloaded", "{append}", "Appends refused because too much waited.");
        Failures = _meter.CreateCounter<long>("recs.storage.failures", "{transaction}", "Messages the broker did not take.");
    }

    /// <summary>Appends refused because too much waited.</summary>
    public Counter<long> Overloaded { get; }

    /// <summary>Messages the broker did not take.</summary>
    public Counter<long> Failures { get; }

    public void Committed(int appends, TimeSpan duration)
    {
        _commitDuration.Record(duration.TotalSeconds);
        _commitAppends.Record(appends);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
