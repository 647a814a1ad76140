using System.Diagnostics.Metrics;

using Recs.Grains.Telemetry;

namespace Recs.Silo.Door;

/// <summary>What the door counts.</summary>
sealed class DoorMetrics(IMeterFactory meters)
{
    readonly Meter _meter = meters.Create(RecsMetrics.MeterName);

    Counter<long>? _refused;
    Counter<long>? _faults;

    /// <summary>A request was refused.</summary>
    public void Refused(int status) =>
        (_refused ??= _meter.CreateCounter<long>("recs_http_refused", description: "Requests refused, by status."))
            .Add(1, new KeyValuePair<string, object?>("status", status));

    /// <summary>A request met a fault of ours.</summary>
    public void Fault() =>
        (_faults ??= _meter.CreateCounter<long>("recs_http_faults", description: "Requests answered 500.")).Add(1);
}
