using System.Runtime.CompilerServices;

namespace Recs.Storage.Folding;

/// <summary>Reads a stretch of a partition from one end to the other.</summary>
public static class LogRows
{
    const int RowsMax = 1024;
    const int BytesMax = 4 << 20;

    /// <summary>The rows above an offset up to another, in ascending order; fewer when the log ends before.</summary>
    /// <param name="log">The log; it may grow meanwhile.</param>
    /// <param name="partition">0 to <see cref="IEventLog.Partitions"/>, exclusive.</param>
    /// <param name="after">Rows above this offset.</param>
    /// <param name="through">The last offset wanted.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="IOException">Storage failed.</exception>
    public static async IAsyncEnumerable<LogBatch> ReadAsync(
        IEventLog log, int partition, long after, long through, [EnumeratorCancellation] CancellationToken cancel)
    {
        while (after < through && await log.ReadAsync(partition, after, RowsMax, BytesMax, cancel) is { Count: > 0 } rows)
        {
            foreach (var row in rows)
            {
                if (row.Offset > through)
                {
                    yield break;
                }

                yield return row;
            }

            after = rows[^1].Offset;
        }
    }
}
