namespace Recs.Storage;

/// <summary>The end of one partition: where it is, and a signal for those who wait for it to move.</summary>
sealed class PartitionTail
{
    readonly Lock _turn = new();
    TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long _end;
    bool _closed;

    /// <summary>Offset of the last durable row, 0 when there is none.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>When that row was written, in microseconds since 1970. Only the embedded store's writer reads and sets it.</summary>
    public long At { get; set; }

    /// <summary>A row became durable, or was found to be; an end that is known already changes nothing.</summary>
    public void Move(long end)
    {
        TaskCompletionSource moved;
        lock (_turn)
        {
            if (end <= _end)
            {
                return;
            }

            Volatile.Write(ref _end, end);
            moved = _moved;
            if (!_closed)
            {
                _moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
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

    /// <summary>Completes when <see cref="End"/> is above an offset.</summary>
    public async ValueTask WaitAsync(long after, CancellationToken cancel)
    {
        while (true)
        {
            Task moved;
            lock (_turn)
            {
                if (_end > after)
                {
                    return;
                }

                moved = _moved.Task;
            }

            await moved.WaitAsync(cancel);
        }
    }
}
