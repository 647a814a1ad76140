namespace Recs.Silo.Door;

/// <summary>
/// How long work waits for a thread: what a request has waited when its first line of ours runs. A thread of its own puts a mark into the
/// thread pool's queue again and again and measures when it comes out.
/// </summary>
/// <remarks>
/// The share that is refused follows the delay by PIE (RFC 8033, sections 4.2 and 5.2), which finds the share at which the queue stays at
/// its target and keeps it, whatever arrives.
/// </remarks>
sealed class QueueDelay : IDisposable
{
    // Per second of delay; stronger than for a network link, because a refused caller comes back only after a while.
    const double Alpha = 1;
    const double Beta = 5;
    const double IdleDecay = 0.98;
    const double RefusedMax = 0.98;

    /// <summary>Requests in <see cref="Window"/> ticks; with fewer the machine is busy with something else, and refusing them would not help.</summary>
    const int ArrivalsMin = 50;

    /// <summary>Open connections; with fewer there are not so many requests that they could be what the others wait for.</summary>
    const int ConnectionsMin = 100;

    const int Window = 10;

    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    readonly TimeProvider _time;
    readonly TimeSpan _target;
    readonly ManualResetEventSlim _stop = new();
    readonly Thread _thread;
    long _markedAt;
    long _delayTicks;
    double _refused;
    TimeSpan _before;
    long _arrivals;
    int _connections;
    bool _hasMany;

    /// <param name="target">The delay beyond which requests are refused.</param>
    /// <param name="time">The clock.</param>
    public QueueDelay(TimeSpan target, TimeProvider time)
    {
        (_target, _time) = (target, time);
        _thread = new Thread(Run) { IsBackground = true, Name = "recs-queue-delay", Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    /// <summary>Delay of the last mark, or the age of one that is still waiting.</summary>
    public TimeSpan Delay
    {
        get
        {
            var marked = Volatile.Read(ref _markedAt);
            var waiting = marked == 0 ? TimeSpan.Zero : _time.GetElapsedTime(marked);
            var last = TimeSpan.FromTicks(Volatile.Read(ref _delayTicks));
            return waiting > last ? waiting : last;
        }
    }

    /// <summary>Share of the requests that are refused, 0 to 0.98.</summary>
    public double Refused => Volatile.Read(ref _refused);

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    /// <summary>A connection was opened.</summary>
    public void Opened() => Interlocked.Increment(ref _connections);

    /// <summary>A connection was closed.</summary>
    public void Closed() => Interlocked.Decrement(ref _connections);

    /// <summary>Whether a request is let in.</summary>
    /// <param name="chance">A number from 0 to 1, exclusive, of this request.</param>
    public bool Admits(double chance)
    {
        _ = Interlocked.Increment(ref _arrivals);
        return chance >= Refused;
    }

    void Run()
    {
        for (var tick = 1; !_stop.Wait(Interval); tick++)
        {
            if (tick % Window == 0)
            {
                _hasMany = Interlocked.Exchange(ref _arrivals, 0) >= ArrivalsMin && Volatile.Read(ref _connections) >= ConnectionsMin;
            }

            Volatile.Write(ref _refused, _hasMany ? Next(Delay) : 0);
            if (Volatile.Read(ref _markedAt) == 0)
            {
                Volatile.Write(ref _markedAt, _time.GetTimestamp());
                _ = ThreadPool.UnsafeQueueUserWorkItem(static self => self.Arrived(), this, preferLocal: false);
            }
        }
    }

    double Next(TimeSpan delay)
    {
        var step = (Alpha * (delay - _target).TotalSeconds) + (Beta * (delay - _before).TotalSeconds);
        var isIdle = delay < _target / 2 && _before < _target / 2;
        _before = delay;

        // Small shares move in small steps: RFC 8033, section 4.2.
        var refused = _refused;
        refused += step * (refused < 0.01 ? 1 / 4d : refused < 0.1 ? 1 / 2d : 1);
        return Math.Clamp(isIdle ? refused * IdleDecay : refused, 0, RefusedMax);
    }

    void Arrived()
    {
        Volatile.Write(ref _delayTicks, _time.GetElapsedTime(Volatile.Read(ref _markedAt)).Ticks);
        Volatile.Write(ref _markedAt, 0);
    }
}
