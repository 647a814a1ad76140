namespace Recs.Storage.Kafka;

/// <summary>Hands what was refused in one partition to the dead letters, each part once however often its row is read.</summary>
#pragma warning disable CA1001 // A semaphore nobody asks for its handle holds nothing.
sealed class DeadLetterDoor(int partition, IDeadLetters? letters, KafkaMetrics metrics)
#pragma warning restore CA1001
{
    readonly SemaphoreSlim _turn = new(1);
    readonly OffsetRanges _seen = new();

    /// <summary>Rows were read without a gap above an offset.</summary>
    public async ValueTask PassAsync(long after, List<DecodedRow> rows, CancellationToken cancel)
    {
        if (letters is null || rows.Count == 0)
        {
            return;
        }

        await _turn.WaitAsync(cancel);
        try
        {
            foreach (var (row, rejected) in rows)
            {
                if (rejected.Count > 0 && !_seen.Contains(row.Offset))
                {
                    foreach (var part in rejected)
                    {
                        await letters.AddAsync(partition, row.Offset, part.Reason, part.Bytes, cancel);
                    }

                    metrics.DeadLetters.Add(rejected.Count);
                    _seen.Add(row.Offset, row.Offset);
                }
            }

            _seen.Add(after + 1, rows[^1].Row.Offset);
        }
        finally
        {
            _turn.Release();
        }
    }
}
