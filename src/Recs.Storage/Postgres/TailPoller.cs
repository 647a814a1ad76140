namespace Recs.Storage.Postgres;

/// <summary>Looks for rows that other processes appended: one small query an interval while anyone waits, none otherwise.</summary>
sealed class TailPoller(
    PostgresDatabase database, IReadOnlyList<PartitionTail> tails, TimeSpan interval, TimeProvider time)
    : IThreadPoolWorkItem, IAsyncDisposable
{
    readonly Lock _turn = new();
    readonly CancellationTokenSource _close = new();
    TaskCompletionSource? _ended;
    int _waiting;
    bool _polling;

    /// <summary>Reads the end of every partition now.</summary>
    /// <exception cref="IOException">Storage failed.</exception>
    public async ValueTask LookAsync(CancellationToken cancel)
    {
        var ends = await database.ReadAsync(
            connection => connection.QueryAsync(
                "SELECT partition, last_offset FROM recs.log_partition",
                row => (Partition: row.GetInt32(0), Offset: row.GetInt64(1)),
                cancel),
            cancel);
        foreach (var (partition, offset) in ends)
        {
            tails[partition].Move(offset);
        }
    }

    /// <summary>Someone waits.</summary>
    public void Enter()
    {
        lock (_turn)
        {
            _waiting++;
            if (_polling || _ended is not null)
            {
                return;
            }

            _polling = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Someone waits no more.</summary>
    public void Leave()
    {
        lock (_turn)
        {
            _waiting--;
        }
    }

    /// <summary>Ends the polling; complete when no query is under way. A second call does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_turn)
        {
            if (_ended is not null)
            {
                return;
            }

            _ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!_polling)
            {
                _ended.SetResult();
            }
        }

        await _close.CancelAsync();
        await _ended.Task;
        _close.Dispose();
    }

    void IThreadPoolWorkItem.Execute() => _ = PollAsync();

    async Task PollAsync()
    {
        while (IsNeeded())
        {
            try
            {
                await LookAsync(_close.Token);
            }
            catch (Exception reason) when (reason is IOException or OperationCanceledException)
            {
                // Those who wait go on waiting; the failure was counted and logged where it happened.
            }

            // Not the task itself: a poll that is called off is no failure.
            await Task.Delay(interval, time, _close.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    bool IsNeeded()
    {
        lock (_turn)
        {
            _polling = _waiting > 0 && _ended is null;
            if (!_polling)
            {
                _ended?.TrySetResult();
            }

            return _polling;
        }
    }
}
