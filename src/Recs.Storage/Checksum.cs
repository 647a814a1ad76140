using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

using Recs.Schema.Log;

namespace Recs.Storage;

/// <summary>
/// Checksums of what is durable: XXH3-64 over where a thing belongs and its bytes, so that a flipped bit and a row in another's place
/// are both seen. What an older version wrote has none.
/// </summary>
static class Checksum
{
    /// <summary>Of a row of the log.</summary>
    public static long OfRow(int partition, int count, ReadOnlySpan<byte> payload) => Of("log", partition, count, 0, payload);

    /// <summary>Of a page of a shard's snapshot.</summary>
    public static long OfPage(string kind, int shard, long page, ReadOnlySpan<byte> payload) => Of(kind, shard, 0, page, payload);

    /// <summary>Of a position of a shard.</summary>
    public static long OfPosition(string kind, int shard, int partition, long offset) => Of(kind, shard, partition, offset, []);

    /// <summary>Of a chunk of a model's file.</summary>
    public static long OfChunk(long version, int chunk, ReadOnlySpan<byte> payload) => Of("model", chunk, 0, version, payload);

    /// <summary>Whether a row is what was written: by its checksum, and without one by whether its records can be read.</summary>
    public static bool IsSound(long? stored, int partition, int count, ReadOnlySpan<byte> payload) =>
        stored is { } checksum ? checksum == OfRow(partition, count, payload) : CanBeRead(count, payload);

    static bool CanBeRead(int count, ReadOnlySpan<byte> payload)
    {
        try
        {
            var reader = new FeedbackReader(payload);
            while (reader.MoveNext())
            {
                count--;
            }

            return count == 0;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    static long Of(string kind, int a, int b, long c, ReadOnlySpan<byte> payload)
    {
        Span<byte> place = stackalloc byte[48];
        place.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(place, a);
        BinaryPrimitives.WriteInt32LittleEndian(place[4..], b);
        BinaryPrimitives.WriteInt64LittleEndian(place[8..], c);
        Encoding.UTF8.GetBytes(kind, place[16..]);
        return (long)XxHash3.HashToUInt64(payload, (long)XxHash3.HashToUInt64(place));
    }
}
