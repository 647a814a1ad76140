using Recs.Storage;
using Recs.Storage.Folding;

namespace Recs.Offline.Joins;

/// <summary>The event log, read from a time up to where it ended when the reading began.</summary>
public static class StoredLog
{
    const int RowsMax = 1024;
    const int BytesMax = 8 << 20;

    /// <summary>Reads every partition.</summary>
    /// <param name="log">The log; it may grow meanwhile.</param>
    /// <param name="since">Rows written before are left out; <see cref="DateTimeOffset.MinValue"/> for all.</param>
    /// <param name="interactions">Receives who met which item.</param>
    /// <param name="progress">Told how many partitions are done.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="InvalidDataException">A row is damaged.</exception>
    /// <exception cref="IOException">Storage failed.</exception>
    public static Task<LogExtent> ReadAsync(
        IEventLog log, DateTimeOffset since, Interactions interactions, IProgress<RetrainProgress>? progress,
        CancellationToken cancel) => ReadAsync(log, since, new LogJoin(interactions), progress, cancel);

    /// <summary>Reads every partition, one after the other.</summary>
    /// <param name="log">The log; it may grow meanwhile.</param>
    /// <param name="since">Rows written before are left out; <see cref="DateTimeOffset.MinValue"/> for all.</param>
    /// <param name="sink">Receives what the log means.</param>
    /// <param name="progress">Told how many partitions are done.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="ends">How far to read each partition; null for all there is.</param>
    /// <exception cref="InvalidDataException">A row is damaged.</exception>
    /// <exception cref="IOException">Storage failed.</exception>
    public static async Task<LogExtent> ReadAsync(
        IEventLog log, DateTimeOffset since, IFoldSink sink, IProgress<RetrainProgress>? progress, CancellationToken cancel,
        IReadOnlyList<long>? ends = null)
    {
        var extent = default(LogExtent);
        for (var partition = 0; partition < log.Partitions; partition++)
        {
            progress?.Report(new("read", partition, log.Partitions));
            extent = await ReadPartitionAsync(
                log, partition, since, ends?[partition] ?? await log.EndAsync(partition, cancel), sink, extent, cancel);
        }

        progress?.Report(new("read", log.Partitions, log.Partitions));
        return extent;
    }

    static async Task<LogExtent> ReadPartitionAsync(
        IEventLog log, int partition, DateTimeOffset since, long end, IFoldSink sink, LogExtent extent, CancellationToken cancel)
    {
        var fold = new LogFold(partition, LogWindow.DecisionAgeMax);
        var window = LogWindow.Of(LogWindow.DecisionAgeMax);
        if (since > DateTimeOffset.MinValue + window)
        {
            // The window before counts for nothing but repeats: an event of it must not count when it comes again.
            fold.StartAfter(await log.OffsetBeforeAsync(partition, since - window, cancel));
        }

        while (fold.Position < end)
        {
            var rows = await log.ReadAsync(partition, fold.Position, RowsMax, BytesMax, cancel);
            if (rows.Count == 0)
            {
                break;
            }

            foreach (var row in rows)
            {
                if (row.Offset > end)
                {
                    return extent;
                }

                var counts = row.At >= since;
                fold.Fold(row, counts ? sink : null);
                if (counts && row.Count > 0)
                {
                    extent = new(extent.Events + row.Count, extent.NewestAt > row.At ? extent.NewestAt : row.At);
                }
            }
        }

        return extent;
    }
}
