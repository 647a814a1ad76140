using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Runtime.CompilerServices;

namespace Recs.Storage.Retention;

/// <summary>Reads archived rows of the log back. The layout stands in <c>schema/README.md</c>.</summary>
public static class ArchiveReader
{
    /// <summary>Bytes of the head of a row: offset, time, count, length, checksum.</summary>
    internal const int HeadBytes = 32;

    /// <summary>Where the checksum of a row stands in its head.</summary>
    internal const int ChecksumAt = 24;

    // A row of the log holds some MiB; a length beyond any memory is damage.
    const int PayloadBytesMax = 1 << 30;

    /// <summary>What a file begins with; the last character is the layout's number.</summary>
    internal static ReadOnlySpan<byte> Magic => "RECSLOG1"u8;

    /// <summary>XXH3-64 of a row: its head up to the checksum, and its payload.</summary>
    internal static ulong Checksum(ReadOnlySpan<byte> head, ReadOnlySpan<byte> payload)
    {
        var hash = new XxHash3();
        hash.Append(head[..ChecksumAt]);
        hash.Append(payload);
        return hash.GetCurrentHashAsUInt64();
    }

    /// <summary>Archive files of a partition in a folder, by ascending offsets; none when there is no such folder.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static IReadOnlyList<ArchiveName> Files(string folder, int partition) => Directory.Exists(folder)
        ?
        [
            .. Directory.EnumerateFiles(folder, "events-p*.log.gz")
                .Select(path => ArchiveName.TryParse(Path.GetFileName(path)))
                .OfType<ArchiveName>().Where(name => name.Partition == partition).OrderBy(name => name.First),
        ]
        : [];

    /// <summary>Every archived row of a partition above an offset, in ascending order.</summary>
    /// <exception cref="InvalidDataException">A file is damaged or was cut off.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static async IAsyncEnumerable<LogBatch> ReadAsync(
        string folder, int partition, long after, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var name in Files(folder, partition).Where(name => name.Last > after))
        {
            await foreach (var row in ReadFileAsync(Path.Combine(folder, name.ToString()), partition, cancel))
            {
                if (row.Offset > after)
                {
                    yield return row;
                }
            }
        }
    }

    static async IAsyncEnumerable<LogBatch> ReadFileAsync(
        string path, int partition, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        await using var zip = new GZipStream(file, CompressionMode.Decompress);
        var head = new byte[HeadBytes];
        await FillAsync(zip, head.AsMemory(0, Magic.Length + sizeof(int)), path, cancel);
        if (!head.AsSpan(0, Magic.Length).SequenceEqual(Magic)
            || BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(Magic.Length)) != partition)
        {
            throw Damaged(path);
        }

        for (var rows = 0L; ; rows++)
        {
            await FillAsync(zip, head, path, cancel);
            var length = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(20));
            var payload = length is >= 0 and <= PayloadBytesMax ? new byte[length] : throw Damaged(path);
            await FillAsync(zip, payload, path, cancel);
            if (BinaryPrimitives.ReadUInt64LittleEndian(head.AsSpan(ChecksumAt)) != Checksum(head, payload))
            {
                throw Damaged(path);
            }

            var offset = BinaryPrimitives.ReadInt64LittleEndian(head);
            var at = BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(8));
            if (offset == 0)
            {
                // The end says how many rows there were, where a row says when it was written.
                _ = at == rows ? 0 : throw Damaged(path);
                yield break;
            }

            yield return new LogBatch(
                offset, Microseconds.ToTime(at), BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(16)), payload);
        }
    }

    static async ValueTask FillAsync(Stream stream, Memory<byte> buffer, string path, CancellationToken cancel)
    {
        try
        {
            await stream.ReadExactlyAsync(buffer, cancel);
        }
        catch (Exception reason) when (reason is EndOfStreamException or InvalidDataException)
        {
            throw Damaged(path, reason);
        }
    }

    static InvalidDataException Damaged(string path, Exception? reason = null) =>
        new($"The archive file {path} is damaged.", reason);
}
