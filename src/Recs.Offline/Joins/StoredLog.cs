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
    public static async Task ReadAsync(
        IEventLog log, DateTimeOffset since, Interactions interactions, IProgress<RetrainProgress>? progress,
        CancellationToken cancel)
    {
        var join = new LogJoin(interactions);
        for (var partition = 0; partition < log.Partitions; partition++)
        {
            progress?.Report(new("read", partition, log.Partitions));
            await ReadPartitionAsync(log, partition, since, join, cancel);
        }

        progress?.Report(new("read", log.Partitions, log.Partitions));
    }

    static async Task ReadPartitionAsync(
        IEventLog log, int partition, DateTimeOffset since, LogJoin join, CancellationToken cancel)
    {
        var fold = new LogFold(partition);
        if (since > DateTimeOffset.MinValue + LogFold.Window)
        {
            // The window before counts for nothing but repeats: an event of it must not count when it comes again.
            fold.StartAfter(await log.OffsetBeforeAsync(partition, since - LogFold.Window, cancel));
        }

        var end = await log.EndAsync(partition, cancel);
        while (fold.Position < end)
        {
            var rows = await log.ReadAsync(partition, fold.Position, RowsMax, BytesMax, cancel);
            if (rows.Count == 0)
            {
                return;
            }

            foreach (var row in rows)
            {
                fold.Fold(row, row.At >= since ? join : null);
            }
        }
    }
}
