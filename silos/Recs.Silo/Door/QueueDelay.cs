namespace Recs.Silo.Door;

/// <summary>
/// How long work waits for a thread: what a request has waited when its first line of ours runs. A thread of its own puts a mark into the
/// thread pool's queue again and again and measures when it comes out.
/// </summary>
/// <remarks>
/// Admission follows the delay as in CoDel (Nichols and Jacobson 2012), with a share instead of a drop rate: every interval in which the
/// delay was above the target takes a tenth of the share away, every other one gives some back. So the queue holds what can be answered in
/// time, whatever arrives.
/// </remarks>
sealed class QueueDelay : IDisposable
{
    const double Decrease = 0.9;
    const double Increase = 0.02;
    const double ShareMin = 0.02;

    /// <summary>With fewer waiting the machine is busy with something else, or the program is still being compiled: refusing would not help.</summary>
    const int WaitingMin = 100;

    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    readonly TimeProvider _time;
    readonly TimeSpan _target;
    readonly ManualResetEventSlim _stop = new();
    readonly Thread _thread;
    long _markedAt;
    long _delayTicks;
    double _share = 1;

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

    /// <summary>Share of the requests that are let in, 0.02 to 1.</summary>
    public double Share => Volatile.Read(ref _share);

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    /// <summary>Whether a request is let in.</summary>
    /// <param name="chance">A number from 0 to 1, exclusive, of this request.</param>
    public bool Admits(double chance) => chance < Share;

    void Run()
    {
        while (!_stop.Wait(Interval))
        {
            var delay = Delay;
            Volatile.Write(ref _share, delay > _target && ThreadPool.PendingWorkItemCount > WaitingMin ? Math.Max(ShareMin, _share * Decrease) : Math.Min(1, _share + Increase));
            if (Volatile.Read(ref _markedAt) == 0)
            {
                Volatile.Write(ref _markedAt, _time.GetTimestamp());
                _ = ThreadPool.UnsafeQueueUserWorkItem(static self => self.Arrived(), this, preferLocal: false);
            }
        }
    }

    void Arrived()
    {
        Volatile.Write(ref _delayTicks, _time.GetElapsedTime(Volatile.Read(ref _markedAt)).Ticks);
        Volatile.Write(ref _markedAt, 0);
    }
}
