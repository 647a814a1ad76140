namespace Recs.Grains.Telemetry;

/// <summary>The most recent durations of something, for quantiles.</summary>
/// <remarks>Recording is lock-free and allocation-free; concurrent recordings may overwrite one another's slot.</remarks>
public sealed class LatencyWindow
{
    const int Size = 4096;

    readonly float[] _milliseconds = new float[Size];
    long _count;

    /// <summary>Durations recorded since the start.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Records a duration in milliseconds.</summary>
    public void Record(double milliseconds) =>
        _milliseconds[(Interlocked.Increment(ref _count) - 1) & (Size - 1)] = (float)milliseconds;

    /// <summary>Median and 99th percentile of the window in milliseconds; 0 when empty.</summary>
    public (double P50, double P99) Quantiles()
    {
        var count = (int)Math.Min(Count, Size);
        if (count == 0)
        {
            return (0, 0);
        }

        var copy = _milliseconds[..count];
        Array.Sort(copy);
        return (copy[count / 2], copy[Math.Min(count - 1, count * 99 / 100)]);
    }
}
