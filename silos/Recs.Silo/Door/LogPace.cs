namespace Recs.Silo.Door;

/// <summary>
/// Lets one message through in a while and counts the others: a server that cannot answer for now must not spend its time on
/// writing so, stack by stack, for each who asks.
/// </summary>
/// <param name="time">Time.</param>
/// <param name="interval">Between two messages.</param>
/// <remarks>Thread-safe, no lock.</remarks>
sealed class LogPace(TimeProvider time, TimeSpan interval)
{
    long _lastAt;
    long _leftOut;

    /// <summary>Whether a message may be written now; counted when not.</summary>
    /// <param name="leftOut">Messages left out since the last that was written.</param>
    public bool IsDue(out long leftOut)
    {
        var (now, last) = (Math.Max(1, time.GetTimestamp()), Volatile.Read(ref _lastAt));
        var isDue = (last == 0 || time.GetElapsedTime(last, now) >= interval) && Interlocked.CompareExchange(ref _lastAt, now, last) == last;
        leftOut = isDue ? Interlocked.Exchange(ref _leftOut, 0) : 0;
        if (!isDue)
        {
            _ = Interlocked.Increment(ref _leftOut);
        }

        return isDue;
    }
}
