using Recs.Storage;

namespace Recs.Tests.Retention;

/// <summary>A log in memory; what was ever appended is kept aside as the truth.</summary>
sealed class MemoryLog : IEventLog
{
    // So few that trimming takes several calls.
    const int TrimRowsMax = 7;

    readonly TimeProvider _time;
    readonly List<LogBatch>[] _rows;
    readonly List<LogBatch>[] _all;

    public MemoryLog(int partitions, TimeProvider time)
        : this(time, [.. Enumerable.Range(0, partitions).Select(_ => new List<LogBatch>())], [.. Enumerable.Range(0, partitions).Select(_ => new List<LogBatch>())])
    {
    }

    MemoryLog(TimeProvider time, List<LogBatch>[] rows, List<LogBatch>[] all) => (_time, _rows, _all) = (time, rows, all);

    public CallCount Calls { get; set; } = new();

    public int Partitions => _rows.Length;

    public bool IsLocal => true;

    public bool IsGapless => true;

    /// <summary>Rows that are left.</summary>
    public IReadOnlyList<LogBatch> Left(int partition) => _rows[partition];

    /// <summary>Rows that were ever appended.</summary>
    public IReadOnlyList<LogBatch> Ever(int partition) => _all[partition];

    /// <summary>Loses a row as no store should.</summary>
    public void Lose(int partition, long offset) => _rows[partition].RemoveAll(row => row.Offset == offset);

    public MemoryLog Copy() => new(_time, [.. _rows.Select(rows => rows.ToList())], [.. _all.Select(rows => rows.ToList())]);

    public ValueTask<long> AppendAsync(int partition, ReadOnlyMemory<byte> records, int count, CancellationToken cancel)
    {
        var row = new LogBatch(_all[partition].Count + 1, _time.GetUtcNow(), count, records.ToArray());
        _rows[partition].Add(row);
        _all[partition].Add(row);
        return new(row.Offset);
    }

    public ValueTask<IReadOnlyList<LogBatch>> ReadAsync(
        int partition, long after, int rowsMax, int bytesMax, CancellationToken cancel) =>
        Calls.Do<IReadOnlyList<LogBatch>>(() => [.. _rows[partition].SkipWhile(row => row.Offset <= after).Take(Math.Min(rowsMax, 50))]);

    public ValueTask WaitAsync(int partition, long after, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask<long> EndAsync(int partition, CancellationToken cancel) => Calls.Do(() => (long)_all[partition].Count);

    public ValueTask<long> OffsetBeforeAsync(int partition, DateTimeOffset at, CancellationToken cancel) =>
        Calls.Do(() => _rows[partition].FirstOrDefault(row => row.At >= at) is { Offset: > 0 } row
            ? row.Offset - 1
            : (long)_all[partition].Count);

    public async ValueTask<TrimmedRows> TrimAsync(int partition, long through, CancellationToken cancel)
    {
        var (rows, bytes) = (0, 0L);
        while (_rows[partition].Count > 0 && _rows[partition][0].Offset <= through)
        {
            _ = await Calls.Do(() =>
            {
                var part = _rows[partition].TakeWhile(row => row.Offset <= through).Take(TrimRowsMax).ToList();
                _rows[partition].RemoveRange(0, part.Count);
                rows += part.Count;
                bytes += part.Sum(row => row.Payload.Length);
                return part.Count;
            });
        }

        return new TrimmedRows(rows, bytes);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
