using System.Buffers;

using Npgsql;

namespace Recs.Storage.Postgres;

/// <summary>
/// Writes one partition for this process: one row is on its way at most, and what arrives meanwhile goes into the next one.
/// </summary>
/// <remarks>
/// A row is one round trip and one commit. Other processes may write the same partition: the server lets one row of a
/// partition commit at a time, in the order of the offsets. Rows are written on the thread pool, never on a caller's thread.
/// </remarks>
sealed class PartitionAppender(
    int partition,
    PostgresDatabase database,
    AppendBudget budget,
    PartitionTail tail,
    int rowBytesMax,
    StorageMetrics metrics,
    TimeProvider time) : IThreadPoolWorkItem
{
    const string InsertRow =
        """
        WITH next AS (
            UPDATE recs.log_partition SET last_offset = last_offset + 1, last_at = greatest(last_at, $2)
            WHERE partition = $1
            RETURNING last_offset, last_at)
        INSERT INTO recs.log_row (partition, "offset", at, count, payload, checksum)
        SELECT $1, last_offset, last_at, $3, $4, $5 FROM next
        RETURNING "offset"
        """;

    readonly Lock _turn = new();
    readonly Queue<PendingAppend> _waiting = [];
    readonly List<PendingAppend> _taken = [];
    TaskCompletionSource? _idle;
    bool _flushing;
    bool _closed;

    /// <summary>Queues an append.</summary>
    /// <exception cref="LogOverloadedException">Too many bytes wait.</exception>
    /// <exception cref="LogUnavailableException">The log was closed.</exception>
    public void Add(PendingAppend append)
    {
        lock (_turn)
        {
            if (_closed)
            {
                throw new LogUnavailableException("The event log is closed.");
            }

            budget.Take(append.Records.Length);
            _waiting.Enqueue(append);
            if (_flushing)
            {
                return;
            }

            _flushing = true;
        }

        // Not awaited by anyone: what it does is told to those who wait for their appends.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Refuses further appends; complete when those that wait have been written or have failed.</summary>
    public Task CloseAsync()
    {
        lock (_turn)
        {
            _closed = true;
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!_flushing)
            {
                _idle.TrySetResult();
            }

            return _idle.Task;
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = FlushAsync();

    async Task FlushAsync()
    {
        while (Take())
        {
            var started = time.GetTimestamp();
            try
            {
                var offset = await database.RunAsync(WriteAsync, CancellationToken.None);
                metrics.Committed(_taken.Count, time.GetElapsedTime(started));
                tail.Move(offset);
                Return();
                _taken.ForEach(append => append.SetResult(offset));
            }
            catch (Exception reason)
            {
                Return();
                _taken.ForEach(append => append.SetException(
                    new LogUnavailableException($"The event log cannot be written: {reason.Message}", reason)));
            }
        }
    }

    /// <summary>Takes what fits in a row, and something in any case; false, and idle from then on, when nothing waits.</summary>
    bool Take()
    {
        _taken.Clear();
        lock (_turn)
        {
            var bytes = 0L;
            while (_waiting.TryPeek(out var append) && (_taken.Count == 0 || bytes + append.Records.Length <= rowBytesMax))
            {
                _waiting.Dequeue();
                if (append.TryTake())
                {
                    bytes += append.Records.Length;
                    _taken.Add(append);
                }
                else
                {
                    budget.Return(append.Records.Length);
                }
            }

            _flushing = _taken.Count > 0;
            if (!_flushing)
            {
                _idle?.TrySetResult();
            }

            return _flushing;
        }
    }

    void Return()
    {
        foreach (var append in _taken)
        {
            budget.Return(append.Records.Length);
        }
    }

    async Task<long> WriteAsync(NpgsqlConnection connection)
    {
        if (_taken.Count == 1)
        {
            return await WriteAsync(connection, _taken[0].Records);
        }

        var bytes = _taken.Sum(append => append.Records.Length);
        var payload = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            var end = 0;
            foreach (var append in _taken)
            {
                append.Records.Span.CopyTo(payload.AsSpan(end));
                end += append.Records.Length;
            }

            return await WriteAsync(connection, payload.AsMemory(0, end));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(payload);
        }
    }

    async Task<long> WriteAsync(NpgsqlConnection connection, ReadOnlyMemory<byte> payload)
    {
        var count = _taken.Sum(append => append.Count);
        return (long?)await connection.ScalarAsync(
            InsertRow,
            CancellationToken.None,
            PostgresStatement.Of(partition),
            PostgresStatement.Of(Microseconds.Of(time.GetUtcNow())),
            PostgresStatement.Of(count),
            PostgresStatement.Of(payload),
            PostgresStatement.Of(Checksum.OfRow(partition, count, payload.Span)))
            ?? throw new IOException($"Partition {partition} of the event log is missing.");
    }
}
