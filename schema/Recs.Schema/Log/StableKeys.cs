using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Recs.Schema.Log;

/// <summary>Hashes that stay the same across processes and versions: they are stored.</summary>
public static class StableKeys
{
    /// <summary>The key by which a viewer is known inside: 128-bit hash of the id.</summary>
    public static Guid Viewer(string userId)
    {
        Span<byte> bytes = stackalloc byte[16];
        Hash(userId, bytes);
        return new Guid(bytes);
    }

    /// <summary>The key by which an event's repeats are recognised; never zero.</summary>
    public static UInt128 Event(string eventId)
    {
        Span<byte> bytes = stackalloc byte[16];
        Hash(eventId, bytes);
        var key = BinaryPrimitives.ReadUInt128LittleEndian(bytes);
        return key == 0 ? 1 : key;
    }

    /// <summary>The shard that owns an item id.</summary>
    public static int Shard(string id, int shards)
    {
        Span<byte> bytes = stackalloc byte[16];
        Hash(id, bytes);
        return (int)(BinaryPrimitives.ReadUInt64LittleEndian(bytes) % (ulong)shards);
    }

    /// <summary>
    /// The partition of a viewer's events; an anonymous decision's events meet by its nonce. A repeat of an event
    /// therefore always reaches the partition that has its first copy.
    /// </summary>
    public static int Partition(Guid viewer, ulong nonce, int partitions)
    {
        Span<byte> bytes = stackalloc byte[16];
        viewer.TryWriteBytes(bytes);
        var key = viewer == Guid.Empty ? nonce : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return (int)(key % (ulong)partitions);
    }

    static void Hash(string text, Span<byte> hash)
    {
        Span<byte> utf8 = stackalloc byte[512];
        if (Encoding.UTF8.TryGetBytes(text, utf8, out var length))
        {
            XxHash128.Hash(utf8[..length], hash);
        }
        else
        {
            XxHash128.Hash(Encoding.UTF8.GetBytes(text), hash);
        }
    }
}
