using System.Buffers.Binary;
using System.IO.Compression;

namespace Recs.Storage.Retention;

/// <summary>Writes one archive file: under a temporary name first, under its own once it is complete and on the disk.</summary>
/// <remarks>Disposing of it before <see cref="CompleteAsync"/> leaves nothing but the temporary file, which the next run removes.</remarks>
sealed class ArchiveWriter : IAsyncDisposable
{
    /// <summary>How temporary files end.</summary>
    public const string TemporarySuffix = ".tmp";

    readonly string _folder;
    readonly int _partition;
    readonly string _temporary;
    readonly FileStream _file;
    readonly GZipStream _zip;
    readonly byte[] _head = new byte[ArchiveReader.HeadBytes];
    long _first;
    long _last;
    bool _open = true;

    public ArchiveWriter(string folder, int partition)
    {
        (_folder, _partition) = (folder, partition);
        _temporary = Path.Combine(folder, $"events-p{partition:d3}{TemporarySuffix}");
        _file = new FileStream(_temporary, FileMode.Create, FileAccess.Write, FileShare.None);
        _zip = new GZipStream(_file, CompressionLevel.Optimal, leaveOpen: true);
    }

    /// <summary>Rows written.</summary>
    public long Rows { get; private set; }

    /// <summary>Adds a row.</summary>
    public async ValueTask AddAsync(LogBatch row, CancellationToken cancel)
    {
        if (Rows++ == 0)
        {
            _first = row.Offset;
            var begin = new byte[ArchiveReader.Magic.Length + sizeof(int)];
            ArchiveReader.Magic.CopyTo(begin);
            BinaryPrimitives.WriteInt32LittleEndian(begin.AsSpan(ArchiveReader.Magic.Length), _partition);
            await _zip.WriteAsync(begin, cancel);
        }

        _last = row.Offset;
        await WriteAsync(row.Offset, Microseconds.Of(row.At), row.Count, row.Payload, cancel);
    }

    /// <summary>Ends the file and gives it its name; durable when complete.</summary>
    public async Task CompleteAsync(CancellationToken cancel)
    {
        await WriteAsync(0, Rows, 0, default, cancel);
        await CloseAsync(isWhole: true);
        var path = Path.Combine(_folder, new ArchiveName(_partition, _first, _last).ToString());
        File.Move(_temporary, path, overwrite: true);

        // The usual file systems (ext4, XFS, Btrfs, NTFS) make a name durable with the file it was last given to.
        await using var named = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        named.Flush(flushToDisk: true);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_open)
        {
            await CloseAsync(isWhole: false);
        }
    }

    async ValueTask CloseAsync(bool isWhole)
    {
        _open = false;
        await _zip.DisposeAsync();
        if (isWhole)
        {
            _file.Flush(flushToDisk: true);
        }

        await _file.DisposeAsync();
    }

    async ValueTask WriteAsync(long offset, long at, int count, ReadOnlyMemory<byte> payload, CancellationToken cancel)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_head, offset);
        BinaryPrimitives.WriteInt64LittleEndian(_head.AsSpan(8), at);
        BinaryPrimitives.WriteInt32LittleEndian(_head.AsSpan(16), count);
        BinaryPrimitives.WriteInt32LittleEndian(_head.AsSpan(20), payload.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(
            _head.AsSpan(ArchiveReader.ChecksumAt), ArchiveReader.Checksum(_head, payload.Span));
        await _zip.WriteAsync(_head, cancel);
        await _zip.WriteAsync(payload, cancel);
    }
}
