namespace Recs.Storage.Kafka;

/// <summary>The end of one partition as far as it is known, and a signal for those who wait for it to move.</summary>
sealed class KafkaTail
{
    readonly Lock _turn = new();
    TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long _end;
    bool _closed;

    /// <summary>Highest offset known, 0 when there is none. Never goes back.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>The partition was seen to reach an offset.</summary>
    public void Move(long end)
    {
        TaskCompletionSource moved;
        lock (_turn)
        {
            if (end <= _end || _closed)
            {
                return;
            }

            Volatile.Write(ref _end, end);
            moved = _moved;
            _moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        moved.TrySetResult();
    }

    /// <summary>Fails those who wait and those who will.</summary>
    public void Close()
    {
        lock (_turn)
        {
            _closed = true;
            _moved.TrySetException(new LogUnavailableException("The event log is closed."));
        }
    }

    /// <summary>Whether <see cref="End"/> is above an offset; if not, a task that completes when it moves.</summary>
    public bool IsAbove(long after, out Task moved)
    {
        lock (_turn)
        {
            moved = _moved.Task;
            return _end > after;
        }
    }
}
