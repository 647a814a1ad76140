using System.Buffers.Binary;
using System.IO.Hashing;

using Microsoft.Extensions.Logging;

namespace Recs.Storage.Sqlite;

/// <summary>
/// The last offset of each partition that callers were told is durable, in a file of its own beside the database: whoever opens a
/// database that ends before knows that rows were lost, whatever was cut, emptied or put in its place.
/// </summary>
/// <remarks>
/// Written every 100 ms while rows come, and when the store closes: a loss of the last tenth of a second alone may go unseen. The file is
/// exchanged by a rename and not forced to the disk, because one that is older only says less. Layout: 8 bytes <c>RECSACK1</c>, an int64 a
/// partition, XXH3-64 of all before.
/// </remarks>
sealed partial class AcknowledgedOffsets : IDisposable
{
    const string FileName = "acknowledged";
    const int FramingBytes = 16;

    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    readonly string _path;
    readonly IReadOnlyList<PartitionTail> _tails;
    readonly ILogger _logger;
    readonly ITimer _timer;
    readonly Lock _turn = new();
    readonly long[] _written;
    bool _failing;

    public AcknowledgedOffsets(string folder, IReadOnlyList<PartitionTail> tails, TimeProvider time, ILogger logger)
    {
        (_path, _tails, _logger) = (Path.Combine(folder, FileName), tails, logger);
        _written = Read(folder, tails.Count);
        _timer = time.CreateTimer(_ => Write(), null, Interval, Interval);
    }

    /// <summary>What the file says; zeros where there is none, or it is damaged: then nothing is known.</summary>
    public static long[] Read(string folder, int partitions)
    {
        var offsets = new long[partitions];
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(Path.Combine(folder, FileName));
        }
        catch (FileNotFoundException)
        {
            return offsets;
        }

        if (bytes.Length != FramingBytes + (partitions * sizeof(long))
            || !bytes.AsSpan().StartsWith("RECSACK1"u8)
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(bytes.Length - sizeof(long))) != XxHash3.HashToUInt64(bytes.AsSpan(0, bytes.Length - sizeof(long))))
        {
            return offsets;
        }

        for (var partition = 0; partition < partitions; partition++)
        {
            offsets[partition] = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(sizeof(long) * (partition + 1)));
        }

        return offsets;
    }

    /// <summary>Writes what was acknowledged last.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        Write();
    }

    void Write()
    {
        lock (_turn)
        {
            if (!_tails.Where((tail, partition) => tail.End > _written[partition]).Any())
            {
                return;
            }

            long[] ends = [.. _tails.Select((tail, partition) => Math.Max(tail.End, _written[partition]))];
            try
            {
                File.WriteAllBytes(_path + ".new", Bytes(ends));
                File.Move(_path + ".new", _path, overwrite: true);
                ends.CopyTo(_written, 0);
                _failing = false;
            }
            catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
            {
                if (!_failing)
                {
                    _failing = true;
                    LogFailed(_path, reason.Message);
                }
            }
        }
    }

    static byte[] Bytes(long[] ends)
    {
        var bytes = new byte[FramingBytes + (ends.Length * sizeof(long))];
        "RECSACK1"u8.CopyTo(bytes);
        for (var partition = 0; partition < ends.Length; partition++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(sizeof(long) * (partition + 1)), ends[partition]);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(
            bytes.AsSpan(bytes.Length - sizeof(long)), XxHash3.HashToUInt64(bytes.AsSpan(0, bytes.Length - sizeof(long))));
        return bytes;
    }

    [LoggerMessage(LogLevel.Warning, "{Path} cannot be written: {Reason} A loss of acknowledged rows would go unseen.")]
    partial void LogFailed(string path, string reason);
}
