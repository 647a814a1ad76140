namespace Recs.Grains.Telemetry;

/// <summary>Counts events and tells their rate over the last seconds.</summary>
/// <remarks>Lock-free; a count that races with the turn of a second may fall into the next one.</remarks>
public sealed class RateWindow(TimeProvider time)
{
    const int Seconds = 8;

    readonly long[] _counts = new long[Seconds];
    long _total;
    long _second;

    /// <summary>Everything counted since the start.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>Events per second over the last whole seconds of the window.</summary>
    public double PerSecond
    {
        get
        {
            Turn();
            var current = Volatile.Read(ref _second) % Seconds;
            var sum = 0L;
            for (var slot = 0; slot < Seconds; slot++)
            {
                sum += slot == current ? 0 : Volatile.Read(ref _counts[slot]);
            }

            return sum / (double)(Seconds - 1);
        }
    }

    /// <summary>Counts events.</summary>
    public void Add(long count)
    {
        Turn();
        Interlocked.Add(ref _total, count);
        Interlocked.Add(ref _counts[Volatile.Read(ref _second) % Seconds], count);
    }

    void Turn()
    {
        var now = time.GetTimestamp() / time.TimestampFrequency;
        var seen = Volatile.Read(ref _second);
        if (now == seen || Interlocked.CompareExchange(ref _second, now, seen) != seen)
        {
            return;
        }

        for (var second = Math.Max(seen + 1, now - Seconds + 1); second <= now; second++)
        {
            Volatile.Write(ref _counts[second % Seconds], 0);
        }
    }
}
