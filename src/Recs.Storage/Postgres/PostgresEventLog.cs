using Npgsql;

namespace Recs.Storage.Postgres;

/// <inheritdoc cref="IEventLog"/>
/// <remarks>Any number of processes may append to and read from one log; offsets have no gaps and become visible in order.</remarks>
sealed class PostgresEventLog : IEventLog
{
    // Only rows whose predecessors stay below the limit of bytes leave the server; the length of a payload is known without reading it.
    const string ReadRows =
        """
        SELECT "offset", at, count, payload, checksum
        FROM (
            SELECT "offset", at, count, payload, checksum, sum(length(payload)) OVER (ORDER BY "offset") - length(payload) AS before
            FROM (
                SELECT "offset", at, count, payload, checksum FROM recs.log_row
                WHERE partition = $1 AND "offset" > $2 ORDER BY "offset" LIMIT $3) AS next) AS measured
        WHERE before < $4
        ORDER BY "offset"
        """;

    // Times never go back within a partition, so the place is found by halving: 20 rows of a million are read.
    const string FindBefore =
        """
        WITH RECURSIVE halving (before, beyond) AS (
            SELECT 0::bigint, last_offset + 1 FROM recs.log_partition WHERE partition = $1
            UNION ALL
            SELECT CASE WHEN is_before THEN middle ELSE before END, CASE WHEN is_before THEN beyond ELSE middle END
            FROM (
                SELECT before, beyond, middle, coalesce(
                    (SELECT at < $2 FROM recs.log_row WHERE partition = $1 AND "offset" = middle), true) AS is_before
                FROM (SELECT before, beyond, (before + beyond) / 2 AS middle FROM halving WHERE beyond - before > 1) AS half
            ) AS looked)
        SELECT max(before) FROM halving
        """;

    // A statement drops a bounded number of rows and, but for the last of them, of bytes. Appends lock other rows.
    const string TrimRows =
        """
        WITH oldest AS (
            SELECT "offset" FROM (
                SELECT "offset", sum(bytes) OVER (ORDER BY "offset") - bytes AS before FROM (
                    SELECT "offset", length(payload) AS bytes FROM recs.log_row
                    WHERE partition = $1 AND "offset" > $2 AND "offset" <= $3 ORDER BY "offset" LIMIT $4) AS next) AS measured
            WHERE before < $5),
        dropped AS (
            DELETE FROM recs.log_row WHERE partition = $1 AND "offset" IN (SELECT "offset" FROM oldest)
            RETURNING "offset", length(payload) AS bytes)
        SELECT count(*), coalesce(sum(bytes), 0)::bigint, coalesce((SELECT max("offset") FROM oldest), 0) FROM dropped
        """;

    const long TrimRowsMax = 1000;
    const long TrimBytesMax = 16 << 20;

    readonly PostgresDatabase _database;
    readonly PostgresOptions _options;
    readonly StorageMetrics _metrics;
    readonly PartitionTail[] _tails;
    readonly PartitionAppender[] _appenders;
    readonly TailPoller _poller;

    /// <param name="partitions">Number of partitions.</param>
    /// <param name="appending">Connections that append.</param>
    /// <param name="database">Connections that read.</param>
    /// <param name="options">Limits.</param>
    /// <param name="metrics">Measures appends.</param>
    /// <param name="time">The clock of the log.</param>
    public PostgresEventLog(
        int partitions,
        PostgresDatabase appending,
        PostgresDatabase database,
        PostgresOptions options,
        StorageMetrics metrics,
        TimeProvider time)
    {
        (_database, _options, _metrics) = (database, options, metrics);
        var budget = new AppendBudget(options.AppendBytesMax);
        _tails = [.. Enumerable.Range(0, partitions).Select(_ => new PartitionTail())];
        _appenders =
        [
            .. _tails.Select((tail, partition) => new PartitionAppender(
                partition, appending, budget, tail, options.AppendBatchBytesMax, metrics, time)),
        ];
        _poller = new TailPoller(database, _tails, options.PollInterval, time);
    }

    /// <inheritdoc/>
    public bool IsLocal => false;

    /// <inheritdoc/>
    public bool IsGapless => true;

    /// <inheritdoc/>
    public int Partitions => _tails.Length;

    /// <summary>Learns where the partitions end.</summary>
    /// <exception cref="IOException">Storage failed.</exception>
    public ValueTask FindTailsAsync(CancellationToken cancel) => _poller.LookAsync(cancel);

    /// <inheritdoc/>
    public async ValueTask<long> AppendAsync(
        int partition, ReadOnlyMemory<byte> records, int count, CancellationToken cancel)
    {
        Check(partition);
        ArgumentOutOfRangeException.ThrowIfLessThan(records.Length, 1, nameof(records));
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        cancel.ThrowIfCancellationRequested();
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

        if (!cancel.CanBeCanceled)
        {
            return await pending.Task;
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
        var rows = await LogAsync(
            connection => connection.QueryAsync(
                ReadRows,
                row => Batch(row, partition),
                cancel,
                PostgresStatement.Of(partition),
                PostgresStatement.Of(after),
                PostgresStatement.Of((long)Math.Min(rowsMax, _options.ReadRowsMax)),
                PostgresStatement.Of(Math.Max(1L, bytesMax))),
            cancel);
        if (rows.Count > 0)
        {
            _tails[partition].Move(rows[^1].Offset);
        }

        return rows;
    }

    /// <inheritdoc/>
    public async ValueTask WaitAsync(int partition, long after, CancellationToken cancel)
    {
        Check(partition);
        var tail = _tails[partition];
        if (tail.End > after)
        {
            return;
        }

        _poller.Enter();
        try
        {
            await tail.WaitAsync(after, cancel);
        }
        finally
        {
            _poller.Leave();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<long> EndAsync(int partition, CancellationToken cancel)
    {
        Check(partition);
        var end = await LogAsync(
            connection => connection.ScalarAsync(
                "SELECT last_offset FROM recs.log_partition WHERE partition = $1", cancel, PostgresStatement.Of(partition)),
            cancel);
        _tails[partition].Move((long)end!);
        return (long)end!;
    }

    /// <inheritdoc/>
    public async ValueTask<long> OffsetBeforeAsync(int partition, DateTimeOffset at, CancellationToken cancel)
    {
        Check(partition);

        // Stored times are whole microseconds, rounded down: a row is before `at` when it is before `at` rounded up.
        var ticks = at.UtcTicks % TimeSpan.TicksPerMicrosecond;
        var limit = Microseconds.Of(at) + (ticks == 0 ? 0 : 1);
        var before = await LogAsync(
            connection => connection.ScalarAsync(
                FindBefore, cancel, PostgresStatement.Of(partition), PostgresStatement.Of(limit)),
            cancel);
        return (long)before!;
    }

    /// <inheritdoc/>
    /// <remarks>Where a partition ends is a row of its own; what is dropped becomes free space when the server vacuums.</remarks>
    public async ValueTask<TrimmedRows> TrimAsync(int partition, long through, CancellationToken cancel)
    {
        Check(partition);
        ArgumentOutOfRangeException.ThrowIfNegative(through);
        var (rows, bytes, after) = (0L, 0L, 0L);
        while (true)
        {
            // Nothing is repeated after the rows of a part, so each statement starts where the one before ended.
            var part = await _database.RunAsync(
                connection => connection.QueryAsync(
                    TrimRows,
                    row => (Rows: row.GetInt64(0), Bytes: row.GetInt64(1), Last: row.GetInt64(2)),
                    cancel,
                    PostgresStatement.Of(partition),
                    PostgresStatement.Of(after),
                    PostgresStatement.Of(through),
                    PostgresStatement.Of(TrimRowsMax),
                    PostgresStatement.Of(TrimBytesMax)),
                cancel);
            if (part[0].Last == 0)
            {
                return new TrimmedRows(rows, bytes);
            }

            (rows, bytes, after) = (rows + part[0].Rows, bytes + part[0].Bytes, part[0].Last);
        }
    }

    /// <summary>Refuses further appends; complete when those that wait are durable and the waiting readers have been told.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_appenders.Select(appender => appender.CloseAsync()));
        await _poller.DisposeAsync();
        foreach (var tail in _tails)
        {
            tail.Close();
        }
    }

    async ValueTask<T> LogAsync<T>(Func<NpgsqlConnection, Task<T>> run, CancellationToken cancel)
    {
        try
        {
            return await _database.ReadAsync(run, cancel);
        }
        catch (IOException reason) when (reason is not LogUnavailableException)
        {
            throw new LogUnavailableException($"The event log cannot be read: {reason.Message}", reason);
        }
    }

    static LogBatch Batch(NpgsqlDataReader row, int partition)
    {
        var (count, payload) = (row.GetInt32(2), row.GetFieldValue<byte[]>(3));
        return new LogBatch(row.GetInt64(0), Microseconds.ToTime(row.GetInt64(1)), count, payload)
        {
            IsDamaged = !Checksum.IsSound(row.IsDBNull(4) ? null : row.GetInt64(4), partition, count, payload),
        };
    }

    void Check(int partition) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)partition, (uint)Partitions, nameof(partition));
}
