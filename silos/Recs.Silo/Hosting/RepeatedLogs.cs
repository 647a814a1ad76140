using System.Collections.Concurrent;

using Serilog.Core;
using Serilog.Events;

namespace Recs.Silo.Hosting;

/// <summary>
/// Lets one event with an exception of a kind pass in ten seconds: a disk that is full or a file that is damaged fails every call that
/// touches it, and thousands of stacks would hide the first and fill what is left of the disk.
/// </summary>
sealed class RepeatedLogs(TimeProvider time) : ILogEventFilter
{
    /// <summary>Kinds that are remembered; beyond it all are forgotten.</summary>
    const int KindsMax = 1000;

    static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    readonly ConcurrentDictionary<(string Template, Type Exception), long> _passed = new();

    /// <inheritdoc/>
    public bool IsEnabled(LogEvent logEvent)
    {
        if (logEvent.Exception is not { } exception)
        {
            return true;
        }

        if (_passed.Count >= KindsMax)
        {
            _passed.Clear();
        }

        var (kind, now) = ((logEvent.MessageTemplate.Text, exception.GetType()), time.GetTimestamp());
        if (_passed.TryAdd(kind, now))
        {
            return true;
        }

        return _passed.TryGetValue(kind, out var last) && time.GetElapsedTime(last, now) >= Interval && _passed.TryUpdate(kind, now, last);
    }
}
