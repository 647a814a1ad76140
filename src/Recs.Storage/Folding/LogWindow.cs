namespace Recs.Storage.Folding;

/// <summary>Where a fold has to begin so that it recognises repeats as if it had begun at the log's start.</summary>
public static class LogWindow
{
    /// <summary>
    /// Offset after which lie the rows of the 24 h of log time before a position: folded without a sink, they fill the
    /// window of repeats for everything above the position.
    /// </summary>
    /// <param name="log">The log.</param>
    /// <param name="partition">0 to <see cref="IEventLog.Partitions"/>, exclusive.</param>
    /// <param name="position">The last offset that is not to count, ≥ 0.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>
    /// At most <paramref name="position"/>. Rows at or below it are of no use to whoever counts above the position: retention
    /// drops through it, and never further.
    /// </returns>
    /// <remarks>Reads one row and searches by time. The row at the position is kept, however old.</remarks>
    /// <exception cref="IOException">Storage failed.</exception>
    public static async ValueTask<long> StartAsync(
        IEventLog log, int partition, long position, CancellationToken cancel)
    {
        if (position == 0)
        {
            return 0;
        }

        // Where the row itself is gone, the first one after it is older than everything else that will be counted.
        var rows = await log.ReadAsync(partition, position - 1, 1, 1, cancel);
        return rows.Count == 0
            ? position
            : Math.Min(position, await log.OffsetBeforeAsync(partition, rows[0].At - LogFold.Window, cancel));
    }
}
