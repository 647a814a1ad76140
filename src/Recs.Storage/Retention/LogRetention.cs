using Recs.Storage.Folding;

namespace Recs.Storage.Retention;

/// <summary>
/// Drops the oldest rows of the log once their statistics are in the base. Base and log together prove the learning shards'
/// statistics at every moment, whatever is interrupted.
/// </summary>
/// <remarks>
/// In this order: the base is moved, shard by shard, each in one transaction with its positions; only when all of it has been
/// moved, rows are archived; only then they are dropped, and only those before the window (<see cref="LogWindow"/>) of the base's
/// lowest position. A run that is interrupted anywhere is completed by the next one. Of two runs at once the one that took the base
/// over first can no longer write it and stops.
/// <para>
/// A run reads every learning snapshot and the window of log before the base, and folds the rows between the old base and the
/// new one; it holds one partition's window of repeats and the sums of those rows in memory.
/// </para>
/// </remarks>
/// <param name="log">The log.</param>
/// <param name="snapshots">Where the learning shards and the base are.</param>
/// <param name="viewers">How far viewers are durable.</param>
/// <param name="archive">Keeps what is dropped; null drops it for good.</param>
/// <param name="time">The clock that ages are measured by.</param>
public sealed class LogRetention(
    IEventLog log, ISnapshotStore snapshots, IViewerStore viewers, LogArchive? archive, TimeProvider time)
{
    /// <summary>Moves the base and drops what is old enough.</summary>
    /// <param name="options">How old that is.</param>
    /// <param name="cancel">Gives up between two steps; the next run goes on.</param>
    /// <exception cref="IOException">Storage or the archive failed; nothing was dropped that the base and the archive lack.</exception>
    /// <exception cref="InvalidDataException">The log is damaged, or lacks rows that the base does not have.</exception>
    public async Task<RetentionResult> RunAsync(RetentionOptions options, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Age, TimeSpan.Zero, nameof(options));
        var bases = await PositionsAsync(cancel);
        var ends = await EndsAsync(bases, options, cancel);
        if (Enumerable.Range(0, ends.Length).Any(partition => ends[partition] > bases[partition]))
        {
            if (!await MoveAsync(ends, options.DecisionAge, cancel))
            {
                return new RetentionResult(IsFenced: true, 0, 0, 0, []);
            }

            bases = await PositionsAsync(cancel);
        }

        var through = new long[bases.Length];
        for (var partition = 0; partition < through.Length; partition++)
        {
            through[partition] = await LogWindow.StartAsync(log, partition, bases[partition], options.DecisionAge, cancel);
        }

        var archived = archive is null ? 0 : await archive.WriteAsync(log, through, cancel);
        return await DropAsync(bases, through, archived, cancel);
    }

    /// <summary>The lowest position of the base's shards, by partition.</summary>
    async Task<long[]> PositionsAsync(CancellationToken cancel)
    {
        long[]? lowest = null;
        foreach (var (kind, shard) in StoredBase.Shards)
        {
            // One at a time, and without keeping the pages: only the positions are wanted.
            var stored = await snapshots.LoadAsync(kind, shard, cancel);
            var positions = Enumerable.Range(0, log.Partitions).Select(partition => StoredBase.Position(stored, partition));
            lowest = [.. lowest?.Zip(positions, Math.Min) ?? positions];
        }

        return lowest!;
    }

    /// <summary>Where the base should end: where it may, or where it is when the step would be too small.</summary>
    async Task<long[]> EndsAsync(long[] bases, RetentionOptions options, CancellationToken cancel)
    {
        var ends = await new RetentionLimit(log, snapshots, viewers).FindAsync(time.GetUtcNow() - options.Age, cancel);
        for (var partition = 0; partition < ends.Length; partition++)
        {
            var isFar = ends[partition] > bases[partition]
                && (options.Step == TimeSpan.Zero || bases[partition] == 0
                    || await AtAsync(partition, ends[partition], cancel) - await AtAsync(partition, bases[partition], cancel) >= options.Step);
            ends[partition] = isFar ? ends[partition] : bases[partition];
        }

        return ends;
    }

    async Task<DateTimeOffset> AtAsync(int partition, long offset, CancellationToken cancel) =>
        await log.ReadAsync(partition, offset - 1, 1, 1, cancel) is [var row, ..] ? row.At : DateTimeOffset.MinValue;

    /// <summary>Moves every shard of the base; false when another run has taken it over.</summary>
    async Task<bool> MoveAsync(long[] ends, TimeSpan decisionAge, CancellationToken cancel)
    {
        List<OwnedBase> owned = [];
        foreach (var (kind, shard) in StoredBase.Shards)
        {
            owned.Add(await OwnedBase.TakeOverAsync(snapshots, kind, shard, cancel));
        }

        var fold = new BaseFold(log, owned, decisionAge);
        try
        {
            for (var partition = 0; partition < ends.Length; partition++)
            {
                await fold.AddAsync(partition, ends[partition], cancel);
            }
        }
        catch (InvalidDataException)
        {
            // Another run may have moved the base and dropped what this one was about to read.
            foreach (var shard in owned)
            {
                if (await shard.IsLostAsync(snapshots, cancel))
                {
                    return false;
                }
            }

            throw;
        }

        foreach (var shard in owned)
        {
            if (!await shard.SaveAsync(snapshots, fold, ends, cancel))
            {
                return false;
            }
        }

        return true;
    }

    async Task<RetentionResult> DropAsync(long[] bases, long[] through, long archived, CancellationToken cancel)
    {
        List<PartitionRetention> partitions = [];
        var bytes = 0L;
        for (var partition = 0; partition < through.Length; partition++)
        {
            var dropped = through[partition] == 0 ? default : await log.TrimAsync(partition, through[partition], cancel);
            bytes += dropped.Bytes;
            partitions.Add(new PartitionRetention(partition, bases[partition], through[partition], dropped.Rows));
        }

        return new RetentionResult(IsFenced: false, partitions.Sum(part => part.RowsDropped), bytes, archived, partitions);
    }
}
