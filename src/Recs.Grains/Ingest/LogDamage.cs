using Microsoft.Extensions.Logging;

using Recs.Grains.Telemetry;
using Recs.Storage;

namespace Recs.Grains.Ingest;

/// <summary>Names rows of the log that are damaged or missing, each once, and keeps what is left of them with the dead letters.</summary>
public sealed partial class LogDamage(IEventLog log, IDeadLetterStore letters, RecsMetrics metrics, ILogger<LogDamage> logger)
{
    /// <summary>Looks at rows before they are folded.</summary>
    /// <param name="partition">Their partition.</param>
    /// <param name="rows">Rows in ascending order.</param>
    /// <param name="before">Offset of the row before the first.</param>
    /// <param name="opened">Where reading began: what is missing right behind it was trimmed.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task SetAside(int partition, IReadOnlyList<LogBatch> rows, long before, long opened, CancellationToken cancel)
    {
        foreach (var row in rows)
        {
            if (log.IsGapless && before != opened && row.Offset > before + 1)
            {
                Missing(partition, before + 1, row.Offset - 1);
            }

            before = row.Offset;
            if (row.IsDamaged && metrics.Damage.Add($"log, partition {partition}, row {row.Offset}: set aside"))
            {
                LogSetAside(partition, row.Offset, row.Payload.Length);
                _ = await letters.AddAsync(
                    [new DeadLetter(partition, row.Offset, 0, row.At, "The row of the event log is damaged.", row.Payload)], cancel);
            }
        }
    }

    /// <summary>Rows that the log had and that cannot be read any more.</summary>
    public void Missing(int partition, long first, long last)
    {
        if (metrics.Damage.Add($"log, partition {partition}, rows {first} to {last}: missing"))
        {
            LogMissing(partition, first, last);
        }
    }

    [LoggerMessage(LogLevel.Error, "Row {Offset} of partition {Partition} of the event log is damaged: its {Bytes} bytes are set aside.")]
    partial void LogSetAside(int partition, long offset, int bytes);

    [LoggerMessage(LogLevel.Error, "The event log lacks the rows {First} to {Last} of partition {Partition}.")]
    partial void LogMissing(int partition, long first, long last);
}
