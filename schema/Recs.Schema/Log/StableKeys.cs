using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;
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

    /// <summary>
    /// The key by which an event's repeats are recognised, never zero: the first 128 bits of SHA-256 over whose the id is and the
    /// id. Collision-resistant, so that no caller can find an id that makes another viewer's event look like a repeat.
    /// </summary>
    /// <param name="viewer">Hash of the viewer's id; empty for an anonymous viewer.</param>
    /// <param name="nonce">The decision of an anonymous viewer's event.</param>
    /// <param name="eventId">The caller's id of the event.</param>
    public static UInt128 Event(Guid viewer, ulong nonce, string eventId)
    {
        const int OwnerBytes = 17;
        var length = Encoding.UTF8.GetByteCount(eventId);
        var input = length <= 512 ? stackalloc byte[OwnerBytes + length] : new byte[OwnerBytes + length];
        input[..OwnerBytes].Clear();
        if (viewer == Guid.Empty)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(input[1..], nonce);
        }
        else
        {
            input[0] = 1;
            viewer.TryWriteBytes(input[1..]);
        }

        Encoding.UTF8.GetBytes(eventId, input[OwnerBytes..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, hash);
        var key = BinaryPrimitives.ReadUInt128LittleEndian(hash);
        return key == 0 ? 1 : key;
    }

    /// <summary>The number that tells a custom type of event from others, 1 to 65535: 16 bits of its name's hash.</summary>
    /// <param name="type">The whole type, <c>custom:NAME</c>.</param>
    public static ushort Signal(string type)
    {
        Span<byte> bytes = stackalloc byte[16];
        Hash(type, bytes);
        return (ushort)(1 + (BinaryPrimitives.ReadUInt64LittleEndian(bytes) % ushort.MaxValue));
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
