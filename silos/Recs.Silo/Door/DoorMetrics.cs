using System.Diagnostics.Metrics;

using Recs.Grains.Telemetry;

namespace Recs.Silo.Door;

/// <summary>What the door counts.</summary>
sealed class DoorMetrics
{
    readonly Counter<long> _refused;
    readonly Counter<long> _faults;

    public DoorMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(RecsMetrics.MeterName);
        _refused = meter.CreateCounter<long>("recs.http.refused", "{request}", "Requests refused, by status.");
        _faults = meter.CreateCounter<long>("recs.http.faults", "{request}", "Requests answered 500.");
        // A counter that was never touched is not exported, and an alarm cannot watch what is not there.
        _faults.Add(0);
    }

    /// <summary>A request was refused.</summary>
    public void Refused(int status) => _refused.Add(1, new KeyValuePair<string, object?>("status", status));

    /// <summary>A request met a fault of ours.</summary>
    public void Fault() => _faults.Add(1);
}
