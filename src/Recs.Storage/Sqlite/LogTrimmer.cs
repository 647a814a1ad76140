namespace Recs.Storage.Sqlite;

/// <summary>
/// Drops the oldest rows of a partition and remembers how far, so that offsets and times go on when nothing is left.
/// </summary>
/// <remarks>
/// The mark is two facts of the <c>store</c> table, written in the transaction of the rows. The file does not shrink:
/// its free pages are used again.
/// </remarks>
static class LogTrimmer
{
    // A row costs the writer a page of the tree at most; its payload's pages are only handed to the free list.
    const int ShareRowsMax = 1024;

    /// <summary>Drops a share of the rows at or below an offset, inside a transaction.</summary>
    /// <param name="session">The writer's.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="through">The last offset to drop.</param>
    /// <param name="bytesMax">The share ends with the row that reaches this many bytes.</param>
    /// <returns>What was dropped; no rows when there is nothing left to drop.</returns>
    public static TrimmedRows DropShare(SqliteSession session, int partition, long through, int bytesMax)
    {
        var (rows, bytes, last, at) = (0L, 0L, 0L, 0L);
        session.Visit(
            "SELECT position, at, length(payload) FROM log_row WHERE position BETWEEN $1 AND $2 ORDER BY position LIMIT $3",
            row =>
            {
                (last, at) = (row.GetInt64(0), row.GetInt64(1));
                rows++;
                bytes += row.GetInt64(2);
                return bytes < bytesMax;
            },
            LogPosition.Of(partition, 0),
            LogPosition.Of(partition, Math.Min(through, LogPosition.OffsetMax)),
            ShareRowsMax);
        if (rows > 0)
        {
            session.Execute("DELETE FROM log_row WHERE position BETWEEN $1 AND $2", LogPosition.Of(partition, 0), last);
            Remember(session, OffsetKey(partition), LogPosition.Offset(last));
            Remember(session, TimeKey(partition), at);
        }

        return new TrimmedRows(rows, bytes);
    }

    /// <summary>The last row that was dropped from a partition: its offset and time, zeros when none was.</summary>
    public static (long Offset, long At) LastDropped(SqliteSession session, int partition) =>
        (Recall(session, OffsetKey(partition)), Recall(session, TimeKey(partition)));

    static string OffsetKey(int partition) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"log-{partition}-trimmed-offset");

    static string TimeKey(int partition) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"log-{partition}-trimmed-at");

    static void Remember(SqliteSession session, string key, long value) => session.Execute(
        "INSERT INTO store (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value);

    static long Recall(SqliteSession session, string key) =>
        (long?)session.Scalar("SELECT value FROM store WHERE key = $1", key) ?? 0;
}
