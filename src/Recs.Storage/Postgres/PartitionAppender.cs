namespace Recs.Storage.Postgres;

/// <summary>Writes what this process appends to one partition: everything that waits goes into the next row.</summary>
sealed class PartitionAppender : IAsyncDisposable
{
    readonly PostgresConnections _connections;
    readonly int _rowBytesMax;
    readonly int _partition;
    readonly StorageMetrics _metrics;
    readonly TimeProvider _time;
    readonly AppendQueue _queue;
    readonly SemaphoreSlim _wake = new(0);
    readonly Task _writing;
    volatile bool _closing;

    public PartitionAppender(
        PostgresConnections connections, PostgresOptions options, int partition, int partitions, StorageMetrics metrics, TimeProvider time)
    {
        (_connections, _rowBytesMax, _partition, _metrics, _time) = (connections, options.AppendBatchBytesMax, partition, metrics, time);
        _queue = new AppendQueue(Math.Max(1, options.AppendBytesMax / partitions));
        _writing = Write();
    }

    /// <summary>The last row of this process; there may be later ones of others.</summary>
    public PartitionTail Tail { get; } = new();

    /// <summary>Queues an append.</summary>
    /// <exception cref="LogOverloadedException">Too many bytes wait.</exception>
    /// <exception cref="LogUnavailableException">The log was closed.</exception>
    public void Add(PendingAppend append)
    {
        _queue.Add(append);
        _ = _wake.Release();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_queue.TryClose())
        {
            return;
        }

        _closing = true;
        _ = _wake.Release();
        await _writing;
        Tail.Close();
        _wake.Dispose();
    }

    async Task Write()
    {
        var taken = new List<PendingAppend>();
        while (true)
        {
            _queue.Take(taken, _rowBytesMax);
            if (taken.Count == 0)
            {
                if (_closing)
                {
                    return;
                }

                await _wake.WaitAsync();
                continue;
            }

            await WriteRow(taken);
            _queue.Release(taken);
            taken.Clear();
        }
    }

    async Task WriteRow(List<PendingAppend> taken)
    {
        var started = _time.GetTimestamp();
        try
        {
            var offset = (long)(await _connections.ScalarAsync(
                """
                WITH place AS (
                    UPDATE recs.log_partition SET "offset" = "offset" + 1, at = greatest(at, $2) WHERE partition = $1
                    RETURNING "offset", at
                )
                INSERT INTO recs.log_row (partition, "offset", at, count, payload)
                SELECT $1, "offset", at, $3, $4 FROM place
                RETURNING "offset"
                """,
                CancellationToken.None,
                _partition,
                Microseconds.Of(_time.GetUtcNow()),
                taken.Sum(append => append.Count),
                Payload(taken)))!;
            _metrics.Committed(taken.Count, _time.GetElapsedTime(started));
            Tail.Move(offset);
            taken.ForEach(append => append.SetResult(offset));
        }
        catch (IOException reason)
        {
            _metrics.Failures.Add(1);
            taken.ForEach(append => append.SetException(
                new LogUnavailableException($"The event log cannot be written: {reason.Message}", reason)));
        }
    }

    static byte[] Payload(List<PendingAppend> taken)
    {
        var payload = new byte[taken.Sum(append => append.Records.Length)];
        var at = 0;
        foreach (var append in taken)
        {
            append.Records.Span.CopyTo(payload.AsSpan(at));
            at += append.Records.Length;
        }

        return payload;
    }
}
