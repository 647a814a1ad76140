using System.Diagnostics.Metrics;

namespace Recs.Grains.Telemetry;

/// <summary>Owns every measured quantity of a silo: what <c>/metrics</c> exports and <c>/v1/stats</c> sums up.</summary>
public sealed class RecsMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Recs";

    readonly Meter _meter;
    readonly Counter<long> _accepted;
    readonly Counter<long> _rejected;
    readonly Counter<long> _recommends;
    readonly Counter<long> _recommendedItems;
    readonly Histogram<double> _updateLatency;
    readonly Histogram<double> _recommendLatency;

    public RecsMetrics(IMeterFactory meters, TimeProvider time)
    {
        var meter = _meter = meters.Create(MeterName);
        Accepted = new RateWindow(time);
        Applied = new RateWindow(time);
        Recommended = new RateWindow(time);
        _accepted = meter.CreateCounter<long>("recs_events_accepted", description: "Events made durable.");
        _rejected = meter.CreateCounter<long>("recs_events_rejected", description: "Events refused, by reason.");
        _recommends = meter.CreateCounter<long>("recs_recommends", description: "Slates served, by policy.");
        _recommendedItems = meter.CreateCounter<long>("recs_recommended_items", description: "Items served, by layer.");
        _updateLatency = meter.CreateHistogram<double>(
            "recs_policy_update_latency", "ms", "From an event's durable write to the changed score.");
        _recommendLatency = meter.CreateHistogram<double>("recs_recommend_latency", "ms", "Time to decide a slate.");
        Shards = meter.CreateUpDownCounter<long>("recs_shards", description: "Shards that this silo owns, by kind.");
        Redeliveries = meter.CreateCounter<long>("recs_shard_redeliveries", description: "Blocks a shard already had.");
        Gaps = meter.CreateCounter<long>("recs_shard_gaps", description: "Blocks refused because something was missing before.");
        FencedWrites = meter.CreateCounter<long>("recs_shard_fenced_writes", description: "Snapshots refused because the shard had a new owner.");
        Repeats = meter.CreateCounter<long>("recs_events_repeated", description: "Events whose id had been counted within 24 h.");
        DeadLetters = meter.CreateCounter<long>("recs_dead_letters", description: "Messages of others, or lines of them, set aside.");
        EdgesRefused = meter.CreateCounter<long>("recs_edges_refused", description: "New edges refused because a cluster was full.");
        ViewersMissed = meter.CreateCounter<long>("recs_viewers_missed", description: "Slates of a known viewer decided without what is known.");
        PriorRefused = meter.CreateCounter<long>("recs_prior_refused", description: "Non-finite prior steps refused.");
        NeuralClipped = meter.CreateCounter<long>("recs_neural_clipped", description: "Gradients of the neural model that were too long and were scaled.");
        NeuralRefused = meter.CreateCounter<long>("recs_neural_refused", description: "Examples of the neural model that were not finite and were refused.");
        NeuralEvicted = meter.CreateCounter<long>("recs_neural_evicted", description: "Embeddings and edges of the neural model that made room for others.");
        LogRowsDropped = meter.CreateCounter<long>("recs_log_rows_dropped", description: "Rows of the event log dropped by its retention.");
        LogBytesDropped = meter.CreateCounter<long>("recs_log_bytes_dropped", description: "Bytes of their payloads.");
        LogRowsArchived = meter.CreateCounter<long>("recs_log_rows_archived", description: "Rows of the event log written to its archive.");
        RetentionFailures = meter.CreateCounter<long>("recs_log_retention_failures", description: "Runs of the retention that failed.");
        meter.CreateObservableCounter("recs_storage_damaged", () => Damage.Count, description: "Rows, pages and models that were found damaged.");
        meter.CreateObservableCounter("recs_events_applied", () => Applied.Total, description: "Events whose effect is in the statistics.");
    }

    /// <summary>What was found damaged.</summary>
    public DamageReport Damage { get; } = new();

    /// <summary>Events made durable.</summary>
    public RateWindow Accepted { get; }

    /// <summary>Events added to the statistics, repeats included.</summary>
    public RateWindow Applied { get; }

    /// <summary>Slates served.</summary>
    public RateWindow Recommended { get; }

    /// <summary>From an event's durable write to the changed score.</summary>
    public LatencyWindow UpdateLatency { get; } = new();

    /// <summary>Time to decide a slate.</summary>
    public LatencyWindow RecommendLatency { get; } = new();

    /// <summary>Events refused.</summary>
    public long Rejected { get; private set; }

    /// <summary>Shards that this silo owns.</summary>
    public UpDownCounter<long> Shards { get; }

    /// <summary>Blocks a shard already had.</summary>
    public Counter<long> Redeliveries { get; }

    /// <summary>Blocks refused because something was missing before them.</summary>
    public Counter<long> Gaps { get; }

    /// <summary>Snapshots refused because the shard had a new owner.</summary>
    public Counter<long> FencedWrites { get; }

    /// <summary>Events whose id had been counted before.</summary>
    public Counter<long> Repeats { get; }

    /// <summary>Messages of others, or lines of them, that were set aside.</summary>
    public Counter<long> DeadLetters { get; }

    /// <summary>New edges refused because a cluster was full.</summary>
    public Counter<long> EdgesRefused { get; }

    /// <summary>Non-finite steps of the prior refused.</summary>
    public Counter<long> PriorRefused { get; }

    /// <summary>Gradients of the neural model that were too long and were scaled.</summary>
    public Counter<long> NeuralClipped { get; }

    /// <summary>Examples of the neural model that were not finite and were refused.</summary>
    public Counter<long> NeuralRefused { get; }

    /// <summary>Embeddings and edges of the neural model that made room for others.</summary>
    public Counter<long> NeuralEvicted { get; }

    /// <summary>Rows of the event log dropped by its retention.</summary>
    public Counter<long> LogRowsDropped { get; }

    /// <summary>Bytes of their payloads.</summary>
    public Counter<long> LogBytesDropped { get; }

    /// <summary>Rows of the event log written to its archive.</summary>
    public Counter<long> LogRowsArchived { get; }

    /// <summary>Runs of the retention that failed; each is tried again an hour later.</summary>
    public Counter<long> RetentionFailures { get; }

    /// <summary>Slates of a viewer whose grain or storage did not answer in time.</summary>
    public Counter<long> ViewersMissed { get; }

    /// <summary>Exports how old each replica of this silo is, in seconds.</summary>
    public void ObserveStaleness(Func<IEnumerable<(string Shard, double Seconds)>> staleness) => _meter.CreateObservableGauge(
        "recs_replica_staleness",
        () => staleness().Select(replica => new Measurement<double>(
            replica.Seconds, new KeyValuePair<string, object?>("shard", replica.Shard))),
        "s",
        "Since a replica was known to be like its shard.");

    /// <summary>Exports how many rows of each partition of the log are not in the statistics yet.</summary>
    public void ObserveLag(Func<IEnumerable<(int Partition, long Rows)>> lag) => _meter.CreateObservableGauge(
        "recs_log_lag",
        () => lag().Select(partition => new Measurement<long>(
            partition.Rows, new KeyValuePair<string, object?>("partition", partition.Partition))),
        description: "Rows of the log that are not in the statistics yet.");

    /// <summary>Counts events made durable.</summary>
    public void CountAccepted(int count)
    {
        Accepted.Add(count);
        _accepted.Add(count);
    }

    /// <summary>Counts an event refused.</summary>
    public void CountRejected(string code)
    {
        Rejected++;
        _rejected.Add(1, new KeyValuePair<string, object?>("code", code));
    }

    /// <summary>Records how long events took from the durable write to the changed score.</summary>
    public void RecordUpdate(double milliseconds, int events)
    {
        Applied.Add(events);
        UpdateLatency.Record(milliseconds);
        _updateLatency.Record(milliseconds);
    }

    /// <summary>Records a slate served.</summary>
    public void RecordRecommend(string policy, double milliseconds)
    {
        Recommended.Add(1);
        RecommendLatency.Record(milliseconds);
        _recommends.Add(1, new KeyValuePair<string, object?>("policy", policy));
        _recommendLatency.Record(milliseconds);
    }

    /// <summary>Counts items served by a layer.</summary>
    public void CountItems(string layer, int count) =>
        _recommendedItems.Add(count, new KeyValuePair<string, object?>("source", layer));
}
