using System.Diagnostics.Metrics;

using Recs.Schema.Messages;

namespace Recs.Grains.Telemetry;

/// <summary>Owns every measured quantity of a silo: what <c>/metrics</c> exports and <c>/v1/stats</c> sums up.</summary>
public sealed class RecsMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Recs";

    static readonly InstrumentAdvice<double> RecommendBuckets = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
    };

    static readonly InstrumentAdvice<double> UpdateBuckets = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600],
    };

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
        _accepted = meter.CreateCounter<long>("recs.events.accepted", "{event}", "Events made durable.");
        _rejected = meter.CreateCounter<long>("recs.events.rejected", "{event}", "Events refused, by reason.");
        _recommends = meter.CreateCounter<long>("recs.recommends", "{slate}", "Slates served, by policy.");
        _recommendedItems = meter.CreateCounter<long>("recs.recommended.items", "{item}", "Items served, by layer.");
        _updateLatency = meter.CreateHistogram<double>(
            "recs.policy.update.duration", "s", "From an event's durable write to the changed score.", advice: UpdateBuckets);
        _recommendLatency = meter.CreateHistogram<double>("recs.recommend.duration", "s", "Time to decide a slate.", advice: RecommendBuckets);
        Shards = meter.CreateUpDownCounter<long>("recs.shards", "{shard}", "Shards that this silo owns, by kind.");
        Redeliveries = meter.CreateCounter<long>("recs.shard.redeliveries", "{block}", "Blocks a shard already had.");
        Gaps = meter.CreateCounter<long>("recs.shard.gaps", "{block}", "Blocks refused because something was missing before.");
        FencedWrites = meter.CreateCounter<long>("recs.shard.fenced.writes", "{write}", "Snapshots refused because the shard had a new owner.");
        Repeats = meter.CreateCounter<long>("recs.events.repeated", "{event}", "Events whose id had been counted within 24 h.");
        DeadLetters = meter.CreateCounter<long>("recs.dead.letters", "{message}", "Messages of others, or lines of them, set aside.");
        EdgesRefused = meter.CreateCounter<long>("recs.edges.refused", "{edge}", "New edges refused because a cluster was full.");
        ViewersMissed = meter.CreateCounter<long>("recs.viewers.missed", "{slate}", "Slates of a known viewer decided without what is known.");
        PriorRefused = meter.CreateCounter<long>("recs.prior.refused", "{step}", "Non-finite prior steps refused.");
        NeuralClipped = meter.CreateCounter<long>("recs.neural.clipped", "{gradient}", "Gradients of the neural model that were too long and were scaled.");
        NeuralRefused = meter.CreateCounter<long>("recs.neural.refused", "{example}", "Examples of the neural model that were not finite and were refused.");
        NeuralEvicted = meter.CreateCounter<long>("recs.neural.evicted", "{row}", "Embeddings and edges of the neural model that made room for others.");
        LogRowsDropped = meter.CreateCounter<long>("recs.log.rows.dropped", "{row}", "Rows of the event log dropped by its retention.");
        LogBytesDropped = meter.CreateCounter<long>("recs.log.bytes.dropped", "By", "Bytes of their payloads.");
        LogRowsArchived = meter.CreateCounter<long>("recs.log.rows.archived", "{row}", "Rows of the event log written to its archive.");
        RetentionFailures = meter.CreateCounter<long>("recs.log.retention.failures", "{run}", "Runs of the retention that failed.");
        meter.CreateObservableCounter("recs.storage.damaged", () => Damage.Count, "{place}", "Rows, pages and models that were found damaged.");
        meter.CreateObservableCounter("recs.events.applied", () => Applied.Total, "{event}", "Events whose effect is in the statistics.");
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
        "recs.replica.staleness",
        () => staleness().Select(replica => new Measurement<double>(
            replica.Seconds, new KeyValuePair<string, object?>("shard", replica.Shard))),
        "s",
        "Since a replica was known to be like its shard.");

    /// <summary>Exports how many rows of each partition of the log are not in the statistics yet.</summary>
    public void ObserveLag(Func<IEnumerable<(int Partition, long Rows)>> lag) => _meter.CreateObservableGauge(
        "recs.log.lag",
        () => lag().Select(partition => new Measurement<long>(
            partition.Rows, new KeyValuePair<string, object?>("partition", partition.Partition))),
        "{row}",
        "Rows of the log that are not in the statistics yet.");

    /// <summary>
    /// Exports what the whole cluster has learned from, per policy and per source: every silo exports the same, so that one is to be
    /// looked at and not their sum.
    /// </summary>
    public void ObserveEarnings(Func<PopulationSums> sums)
    {
        Observe("policy", () => Earnings.OfPolicies(sums()));
        Observe("source", () => Earnings.OfSources(sums()));
    }

    void Observe(string by, Func<IReadOnlyList<Earnings>> earnings)
    {
        _ = _meter.CreateObservableCounter(
            $"recs.{by}.impressions",
            () => earnings().Select(each => new Measurement<long>(each.Impressions, new KeyValuePair<string, object?>(by, each.Name))),
            "{item}",
            $"Items shown, by {by}, of the whole cluster.");
        _ = _meter.CreateObservableUpDownCounter(
            $"recs.{by}.reward",
            () => earnings().Select(each => new Measurement<double>(each.Reward, new KeyValuePair<string, object?>(by, each.Name))),
            "{reward}",
            $"Reward that they earned, by {by}, of the whole cluster.");
        _ = _meter.CreateObservableGauge(
            $"recs.{by}.share",
            () => earnings().Select(each => new Measurement<double>(each.Share, new KeyValuePair<string, object?>(by, each.Name))),
            "1",
            $"Share of all items shown, by {by}, of the whole cluster.");
    }

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
    public void RecordUpdate(TimeSpan duration, int events)
    {
        Applied.Add(events);
        UpdateLatency.Record(duration.TotalMilliseconds);
        _updateLatency.Record(duration.TotalSeconds);
    }

    /// <summary>Records a slate served.</summary>
    public void RecordRecommend(string policy, TimeSpan duration)
    {
        Recommended.Add(1);
        RecommendLatency.Record(duration.TotalMilliseconds);
        _recommends.Add(1, new KeyValuePair<string, object?>("policy", policy));
        _recommendLatency.Record(duration.TotalSeconds);
    }

    /// <summary>Counts items served by a layer.</summary>
    public void CountItems(string layer, int count) =>
        _recommendedItems.Add(count, new KeyValuePair<string, object?>("source", layer));
}
