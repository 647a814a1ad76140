namespace Recs.Storage.Sqlite;

/// <summary>
/// The writing half of the log: turns what waits into one row per partition (more when they would be too large) and knows
/// where every partition ends.
/// </summary>
/// <remarks>Rows are written by the writer's thread only. What callers see moves after the commit, never before.</remarks>
sealed class LogAppender
{
    readonly AppendQueue _queue;
    readonly SqliteOptions _options;
    readonly TimeProvider _time;
    readonly PartitionTail[] _tails;
    readonly List<PendingAppend> _taken = [];
    readonly List<PendingAppend>[] _byPartition;
    readonly List<(int Partition, long Offset, long At)> _written = [];
    bool _tailsKnown;

    public LogAppender(SqliteOptions options, int partitions, TimeProvider time)
    {
        _options = options;
        _time = time;
        _queue = new AppendQueue(options.AppendBytesMax);
        _tails = [.. Enumerable.Range(0, partitions).Select(_ => new PartitionTail())];
        _byPartition = [.. Enumerable.Range(0, partitions).Select(_ => new List<PendingAppend>())];
    }

    /// <summary>The end of every partition.</summary>
    public IReadOnlyList<PartitionTail> Tails => _tails;

    /// <summary>What waits.</summary>
    public AppendQueue Queue => _queue;

    /// <summary>Appends in the group commit under way.</summary>
    public int TakenCount => _taken.Count;

    /// <summary>Finds the end of every partition in the file.</summary>
    public void FindTails(SqliteSession session)
    {
        for (var partition = 0; partition < _tails.Length; partition++)
        {
            var (offset, at) = session.Query(
                "SELECT position, at FROM log_row WHERE position BETWEEN $1 AND $2 ORDER BY position DESC LIMIT 1",
                row => (LogPosition.Offset(row.GetInt64(0)), row.GetInt64(1)),
                LogPosition.Of(partition, 0),
                LogPosition.Of(partition, LogPosition.OffsetMax)).SingleOrDefault();
            if (offset == 0)
            {
                (offset, at) = LogTrimmer.LastDropped(session, partition);
            }

            offset = Math.Max(offset, LogLoss.Through(session, partition));
            _tails[partition].At = at;
            if (offset > _tails[partition].End)
            {
                _tails[partition].Move(offset);
            }
        }

        _tailsKnown = true;
    }

    /// <summary>Takes what waits; false when there is nothing to write.</summary>
    public bool Take()
    {
        _queue.Take(_taken, _options.CommitBytesMax);
        return _taken.Count > 0;
    }

    /// <summary>Writes what was taken, inside the writer's transaction.</summary>
    /// <returns>About how many bytes that adds to the write-ahead log.</returns>
    public long Write(SqliteSession session)
    {
        if (!_tailsKnown)
        {
            FindTails(session);
        }

        foreach (var append in _taken)
        {
            _byPartition[append.Partition].Add(append);
        }

        var bytes = 0L;
        var now = Microseconds.Of(_time.GetUtcNow());
        for (var partition = 0; partition < _tails.Length; partition++)
        {
            var appends = _byPartition[partition];
            var (offset, at) = (_tails[partition].End, Math.Max(_tails[partition].At, now));
            for (var start = 0; start < appends.Count;)
            {
                var row = TakeRow(appends, start);
                bytes += WriteRow(session, LogPosition.Of(partition, ++offset), at, row);
                row.ForEach(append => append.Offset = offset);
                _written.Add((partition, offset, at));
                start += row.Count;
            }
        }

        return bytes;
    }

    /// <summary>The transaction is durable: moves the ends and completes the callers.</summary>
    public void Complete()
    {
        foreach (var (partition, offset, at) in _written)
        {
            _tails[partition].At = at;
            _tails[partition].Move(offset);
        }

        foreach (var append in _taken)
        {
            append.SetResult(append.Offset);
        }

        Reset();
    }

    /// <summary>The transaction failed: nobody is told otherwise.</summary>
    public void Fail(Exception reason)
    {
        // A commit that failed may still have reached the disk: believe only what is read back.
        _tailsKnown = false;
        foreach (var append in _taken)
        {
            append.SetException(new LogUnavailableException($"The event log cannot be written: {reason.Message}", reason));
        }

        Reset();
    }

    void Reset()
    {
        _queue.Release(_taken);
        _taken.Clear();
        _written.Clear();
        foreach (var appends in _byPartition)
        {
            appends.Clear();
        }
    }

    List<PendingAppend> TakeRow(List<PendingAppend> appends, int start)
    {
        var bytes = appends[start].Records.Length;
        var end = start + 1;
        while (end < appends.Count && bytes + appends[end].Records.Length <= _options.AppendBatchBytesMax)
        {
            bytes += appends[end++].Records.Length;
        }

        return appends.GetRange(start, end - start);
    }

    static int WriteRow(SqliteSession session, long position, long at, List<PendingAppend> row)
    {
        byte[] payload;
        if (row.Count == 1)
        {
            payload = SqliteSession.Bytes(row[0].Records);
        }
        else
        {
            payload = GC.AllocateUninitializedArray<byte>(row.Sum(append => append.Records.Length));
            var rest = payload.AsSpan();
            foreach (var append in row)
            {
                append.Records.Span.CopyTo(rest);
                rest = rest[append.Records.Length..];
            }
        }

        var count = row.Sum(append => append.Count);
        session.Execute(
            "INSERT INTO log_row (position, at, count, payload, checksum) VALUES ($1, $2, $3, $4, $5)",
            position, at, count, payload, Checksum.OfRow(LogPosition.Partition(position), count, payload));
        return payload.Length + SqliteFile.PageBytes;
    }
}
