namespace Recs.Storage.Sqlite;

/// <inheritdoc cref="IEventLog"/>
sealed class SqliteEventLog : IEventLog
{
    static readonly TimeSpan TrimPause = TimeSpan.FromMilliseconds(5);

    readonly SqliteReaders _readers;
    readonly SqliteOptions _options;
    readonly StorageMetrics _metrics;
    readonly TimeProvider _time;
    readonly LogAppender? _appender;
    readonly SqliteWriter? _writer;

    /// <summary>The owner's log has an appender and a writer, a trainer's a writer only, a reader's neither.</summary>
    public SqliteEventLog(
        int partitions,
        SqliteReaders readers,
        SqliteOptions options,
        StorageMetrics metrics,
        TimeProvider time,
        LogAppender? appender,
        SqliteWriter? writer)
    {
        Partitions = partitions;
        (_readers, _options, _metrics, _time, _appender, _writer) = (readers, options, metrics, time, appender, writer);
    }

    /// <inheritdoc/>
    public bool IsLocal => true;

    /// <inheritdoc/>
    public bool IsGapless => true;

    /// <inheritdoc/>
    public int Partitions { get; }

    /// <inheritdoc/>
    public async ValueTask<long> AppendAsync(
        int partition, ReadOnlyMemory<byte> records, int count, CancellationToken cancel)
    {
        Check(partition);
        ArgumentOutOfRangeException.ThrowIfLessThan(records.Length, 1, nameof(records));
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (_appender is null)
        {
            throw new InvalidOperationException("Only the owner of a store appends to its log.");
        }

        cancel.ThrowIfCancellationRequested();
        var pending = new PendingAppend(partition, records, count);
        try
        {
            _appender.Queue.Add(pending);
        }
        catch (LogOverloadedException)
        {
            _metrics.Overloaded.Add(1);
            throw;
        }

        _writer!.Wake();
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
        if (after >= LogPosition.OffsetMax || (_appender is not null && after >= _appender.Tails[partition].End))
        {
            return [];
        }

        return await _readers.ReadAsync(session => Read(session, partition, after, rowsMax, bytesMax), cancel);
    }

    /// <inheritdoc/>
    public async ValueTask WaitAsync(int partition, long after, CancellationToken cancel)
    {
        Check(partition);
        if (_appender is not null)
        {
            await _appender.Tails[partition].WaitAsync(after, cancel);
            return;
        }

        while (await EndAsync(partition, cancel) <= after)
        {
            await Task.Delay(_options.PollInterval, _time, cancel);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> EndAsync(int partition, CancellationToken cancel)
    {
        Check(partition);
        return _appender is not null
            ? new(_appender.Tails[partition].End)
            : _readers.ReadAsync(session => End(session, partition), cancel);
    }

    /// <inheritdoc/>
    public ValueTask<long> OffsetBeforeAsync(int partition, DateTimeOffset at, CancellationToken cancel)
    {
        Check(partition);

        // Stored times are whole microseconds, rounded down: a row is before `at` when it is before `at` rounded up.
        var ticks = at.UtcTicks % TimeSpan.TicksPerMicrosecond;
        var limit = Microseconds.Of(at) + (ticks == 0 ? 0 : 1);
        return _readers.ReadAsync(session => OffsetBefore(session, partition, limit), cancel);
    }

    /// <inheritdoc/>
    public async ValueTask<TrimmedRows> TrimAsync(int partition, long through, CancellationToken cancel)
    {
        Check(partition);
        ArgumentOutOfRangeException.ThrowIfNegative(through);
        if (_writer is null)
        {
            throw new InvalidOperationException("A store opened for reading drops nothing.");
        }

        var (rows, bytes) = (0L, 0L);
        while (true)
        {
            var share = await _writer.WriteAsync(
                _options.WriteBatchBytesMax,
                session => LogTrimmer.DropShare(session, partition, through, _options.WriteBatchBytesMax),
                cancel);
            if (share.Rows == 0)
            {
                return new TrimmedRows(rows, bytes);
            }

            (rows, bytes) = (rows + share.Rows, bytes + share.Bytes);
            if (_appender is null)
            {
                // SQLite's lock is not fair between processes: leave room for the owner's log.
                await Task.Delay(TrimPause, _time, cancel);
            }
        }
    }

    /// <summary>Refuses further appends; complete when those that wait are durable and the waiting readers have been told.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_appender is null || !_appender.Queue.TryClose())
        {
            return;
        }

        await _writer!.DrainAsync();
        foreach (var tail in _appender.Tails)
        {
            tail.Close();
        }
    }

    List<LogBatch> Read(SqliteSession session, int partition, long after, int rowsMax, int bytesMax)
    {
        List<LogBatch> rows = [];
        var bytes = 0L;
        session.Visit(
            "SELECT position, at, count, payload, checksum FROM log_row WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3",
            row =>
            {
                var payload = row.GetFieldValue<byte[]>(3);
                bytes += payload.Length;
                var count = row.GetInt32(2);
                rows.Add(new LogBatch(LogPosition.Offset(row.GetInt64(0)), Microseconds.ToTime(row.GetInt64(1)), count, payload)
                {
                    IsDamaged = !Checksum.IsSound(row.IsDBNull(4) ? null : row.GetInt64(4), partition, count, payload),
                });
                return bytes < bytesMax;
            },
            LogPosition.Of(partition, after),
            LogPosition.Of(partition, LogPosition.OffsetMax),
            Math.Min(rowsMax, _options.ReadRowsMax));
        return rows;
    }

    static long End(SqliteSession session, int partition) => Math.Max(
        LogLoss.Through(session, partition),
        session.Scalar(
            "SELECT max(position) FROM log_row WHERE position BETWEEN $1 AND $2",
            LogPosition.Of(partition, 0),
            LogPosition.Of(partition, LogPosition.OffsetMax)) is long position
            ? LogPosition.Offset(position)
            : LogTrimmer.LastDropped(session, partition).Offset);

    /// <summary>Times never go back within a partition, so the place is found by halving: 20 rows of a million are read.</summary>
    static long OffsetBefore(SqliteSession session, int partition, long limit)
    {
        var (before, from) = (0L, End(session, partition) + 1);
        while (from - before > 1)
        {
            var middle = before + ((from - before) / 2);
            var at = (long?)session.Scalar("SELECT at FROM log_row WHERE position = $1", LogPosition.Of(partition, middle));
            // A row that is not there was trimmed.
            if (at is null || at < limit)
            {
                before = middle;
            }
            else
            {
                from = middle;
            }
        }

        return before;
    }

    void Check(int partition) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)partition, (uint)Partitions, nameof(partition));
}
