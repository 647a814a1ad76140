namespace Recs.Storage.Postgres;

/// <inheritdoc cref="IEventLog"/>
/// <remarks>One round trip and one commit a row; the row lock on the partition's end orders rows of several processes.</remarks>
sealed class PostgresEventLog : IEventLog
{
    readonly PostgresConnections _connections;
    readonly PostgresOptions _options;
    readonly StorageMetrics _metrics;
    readonly PartitionAppender[] _appenders;
    bool _closed;

    public PostgresEventLog(
        PostgresConnections connections, PostgresOptions options, int partitions, StorageMetrics metrics, TimeProvider time)
    {
        (_connections, _options, _metrics, Partitions) = (connections, options, metrics, partitions);
        _appenders = [.. Enumerable.Range(0, partitions)
            .Select(partition => new PartitionAppender(connections, options, partition, partitions, metrics, time))];
    }

    /// <inheritdoc/>
    public bool IsLocal => false;

    /// <inheritdoc/>
    public int Partitions { get; }

    /// <inheritdoc/>
    public async ValueTask<long> AppendAsync(
        int partition, ReadOnlyMemory<byte> records, int count, CancellationToken cancel)
    {
        Check(partition);
        ArgumentOutOfRangeException.ThrowIfZero(records.Length, nameof(records));
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        cancel.ThrowIfCancellationRequested();
        if (_options.Access != StorageAccess.Owner)
        {
            throw new InvalidOperationException("Only the owner of a store appends.");
        }

        var pending = new PendingAppend(partition, records, count);
        try
        {
            _appenders[partition].Add(pending);
        }
        catch (LogOverloadedException)
        {
            _metrics.Overloaded.Add(1);
            throw;
        }

        await using var giveUp = cancel.UnsafeRegister(
            static (state, token) => ((PendingAppend)state!).Abandon(token), pending);
        return await pending.Task;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<LogBatch>> ReadAsync(
        int partition, long after, int rowsMax, int bytesMax, CancellationToken cancel)
    {
        Check(partition);
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsMax, 1);
        // Rows up to the one that reaches the bytes: the sum before a row is still below.
        return await _connections.QueryAsync(
            """
            SELECT "offset", at, count, payload
            FROM (
                SELECT *, sum(length(payload)) OVER (ORDER BY "offset") - length(payload) AS before
                FROM (SELECT * FROM recs.log_row WHERE partition = $1 AND "offset" > $2 ORDER BY "offset" LIMIT $3) AS page
            ) AS summed
            WHERE before < $4 ORDER BY "offset"
            """,
            row => new LogBatch(
                row.GetInt64(0), Microseconds.ToTime(row.GetInt64(1)), row.GetInt32(2), row.GetFieldValue<byte[]>(3)),
            cancel,
            partition,
            after,
            Math.Min(rowsMax, _options.ReadRowsMax),
            (long)bytesMax);
    }

    /// <inheritdoc/>
    public async ValueTask WaitAsync(int partition, long after, CancellationToken cancel)
    {
        Check(partition);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var local = _appenders[partition].Tail.WaitAsync(after, over.Token).AsTask();
        while (!local.IsCompleted && await EndAsync(partition, cancel) <= after)
        {
            _ = await Task.WhenAny(local, Task.Delay(_options.PollInterval, cancel));
            cancel.ThrowIfCancellationRequested();
        }

        if (local.IsCompleted)
        {
            await local;
        }
        else
        {
            await over.CancelAsync();
            await local.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<long> EndAsync(int partition, CancellationToken cancel)
    {
        Check(partition);
        return (long)(await _connections.ScalarAsync(
            """SELECT "offset" FROM recs.log_partition WHERE partition = $1""", cancel, partition) ?? 0L);
    }

    /// <inheritdoc/>
    public async ValueTask<long> OffsetBeforeAsync(int partition, DateTimeOffset at, CancellationToken cancel)
    {
        Check(partition);

        // Stored times are whole microseconds, rounded down: a row is before `at` when it is before `at` rounded up.
        var limit = Microseconds.Of(at) + (at.UtcTicks % TimeSpan.TicksPerMicrosecond == 0 ? 0 : 1);
        return await _connections.ScalarAsync(
            """
            SELECT "offset" FROM recs.log_row WHERE partition = $1 AND at < $2 ORDER BY at DESC, "offset" DESC LIMIT 1
            """,
            cancel,
            partition,
            limit) is long offset ? offset : 0;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        foreach (var appender in _appenders)
        {
            await appender.DisposeAsync();
        }
    }

    void Check(int partition) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)partition, (uint)Partitions, nameof(partition));
}
