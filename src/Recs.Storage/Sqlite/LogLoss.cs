using System.Globalization;

namespace Recs.Storage.Sqlite;

/// <summary>Rows that were acknowledged and are gone: seen when a store is opened, and passed over once the loss is accepted.</summary>
static class LogLoss
{
    /// <summary>Compares the ends of the log with what was acknowledged.</summary>
    /// <param name="session">The owner's.</param>
    /// <param name="options">Whether the loss is accepted.</param>
    /// <param name="tails">The ends that were found; where a loss is accepted they move on behind it.</param>
    /// <exception cref="StorageRefusedException">The log ends before what was acknowledged, and that is not accepted.</exception>
    public static void Check(SqliteSession session, SqliteOptions options, IReadOnlyList<PartitionTail> tails)
    {
        var acknowledged = AcknowledgedOffsets.Read(options.Path, tails.Count);
        for (var partition = 0; partition < tails.Count; partition++)
        {
            var (end, known) = (tails[partition].End, acknowledged[partition]);
            if (known <= end)
            {
                continue;
            }

            if (!options.AcceptLoss)
            {
                throw new StorageRefusedException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{options.FilePath} ends at row {end} of partition {partition}, and row {known} was acknowledged: events are lost. Restore the file, or accept the loss with Recs:Storage:AcceptLoss = true."));
            }

            // What was learned of them goes, too: the statistics are those of the log that is left.
            session.Execute(
                """
                UPDATE shard_position SET checksum = 0
                WHERE partition = $1 AND offset > $2 AND shard_id IN (SELECT id FROM shard WHERE kind NOT LIKE 'base-%')
                """,
                partition,
                end);
            session.Execute(
                "INSERT INTO store (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value", Key(partition), known);
            tails[partition].Move(known);
        }
    }

    /// <summary>The last offset of a partition that an accepted loss has taken; 0 when there was none.</summary>
    public static long Through(SqliteSession session, int partition) =>
        (long?)session.Scalar("SELECT value FROM store WHERE key = $1", Key(partition)) ?? 0;

    static string Key(int partition) => string.Create(CultureInfo.InvariantCulture, $"log-{partition}-lost-offset");
}
