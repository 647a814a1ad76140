using Recs.Storage.Folding;

namespace Recs.Storage.Retention;

/// <summary>Keeps what retention drops: a folder of compressed files, one per partition and run, each row in exactly one.</summary>
/// <remarks>
/// One process at a time writes to a folder. A folder belongs to one log: where a row is in both, they must be the same.
/// Silos that take turns need a folder that all of them see.
/// </remarks>
/// <param name="folder">Made when it is missing.</param>
public sealed class LogArchive(string folder)
{
    const string LockName = "recs-archive.lock";

    /// <summary>Makes sure that every row at or below some offsets is archived.</summary>
    /// <param name="log">The log.</param>
    /// <param name="through">The last offset of each partition, shape [partitions].</param>
    /// <param name="cancel">Gives up; files that are complete stay.</param>
    /// <returns>Rows that were written; those that had been archived before are not counted.</returns>
    /// <exception cref="IOException">
    /// The folder cannot be written, another process writes to it, or it has other rows for these offsets.
    /// </exception>
    public async Task<long> WriteAsync(IEventLog log, IReadOnlyList<long> through, CancellationToken cancel)
    {
        try
        {
            Directory.CreateDirectory(folder);
            await using var held = new FileStream(
                Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            foreach (var unfinished in Directory.GetFiles(folder, $"events-p*{ArchiveWriter.TemporarySuffix}"))
            {
                File.Delete(unfinished);
            }

            var rows = 0L;
            for (var partition = 0; partition < through.Count; partition++)
            {
                rows += await WritePartitionAsync(log, partition, through[partition], cancel);
            }

            return rows;
        }
        catch (Exception reason) when (reason is UnauthorizedAccessException or InvalidDataException
            || (reason is IOException and not LogUnavailableException))
        {
            throw new IOException($"The archive {folder} cannot be used, so nothing is dropped: {reason.Message}", reason);
        }
    }

    async Task<long> WritePartitionAsync(IEventLog log, int partition, long through, CancellationToken cancel)
    {
        // Files follow each other: what a run that stopped before it dropped anything has archived is not archived again.
        var archived = ArchiveReader.Files(folder, partition).Select(name => name.Last).DefaultIfEmpty().Max();
        await RequireSameAsync(log, partition, Math.Min(archived, through), cancel);
        ArchiveWriter? writer = null;
        try
        {
            await foreach (var row in LogRows.ReadAsync(log, partition, archived, through, cancel))
            {
                if (row.IsDamaged)
                {
                    throw new IOException($"row {row.Offset} of partition {partition} is damaged");
                }

                // Kafka's offsets without a message are rows without records.
                if (row.Count > 0)
                {
                    writer ??= new ArchiveWriter(folder, partition);
                    await writer.AddAsync(row, cancel);
                }
            }

            if (writer is not null)
            {
                await writer.CompleteAsync(cancel);
            }

            return writer?.Rows ?? 0;
        }
        finally
        {
            if (writer is not null)
            {
                await writer.DisposeAsync();
            }
        }
    }

    /// <summary>Rows that are in the log and should be in the archive must be there, byte by byte.</summary>
    async Task RequireSameAsync(IEventLog log, int partition, long through, CancellationToken cancel)
    {
        IAsyncEnumerator<LogBatch>? kept = null;
        try
        {
            await foreach (var row in LogRows.ReadAsync(log, partition, 0, through, cancel))
            {
                if (row.Count == 0)
                {
                    continue;
                }

                kept ??= ArchiveReader.ReadAsync(folder, partition, row.Offset - 1, cancel).GetAsyncEnumerator(cancel);
                if (!await kept.MoveNextAsync() || !IsSame(kept.Current, row))
                {
                    throw new IOException(
                        $"row {row.Offset} of partition {partition} is not what the archive has for it; is it the archive of another log?");
                }
            }
        }
        finally
        {
            if (kept is not null)
            {
                await kept.DisposeAsync();
            }
        }
    }

    static bool IsSame(in LogBatch a, in LogBatch b) =>
        (a.Offset, a.At, a.Count) == (b.Offset, b.At, b.Count) && a.Payload.Span.SequenceEqual(b.Payload.Span);
}
