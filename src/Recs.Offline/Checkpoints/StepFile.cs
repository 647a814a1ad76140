using System.Buffers.Binary;
using System.IO.Hashing;

namespace Recs.Offline.Checkpoints;

/// <summary>The file of a finished step: key (16 bytes), sections (each with its length), and a checksum over all of it.</summary>
static class StepFile
{
    const int KeyBytes = 16;

    public static byte[] Write(ReadOnlySpan<byte> key, byte[][] sections)
    {
        var file = new byte[KeyBytes + sections.Sum(section => sizeof(int) + section.Length) + sizeof(ulong)];
        key.CopyTo(file);
        var rest = file.AsSpan(KeyBytes);
        foreach (var section in sections)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, section.Length);
            section.CopyTo(rest[sizeof(int)..]);
            rest = rest[(sizeof(int) + section.Length)..];
        }

        BinaryPrimitives.WriteUInt64LittleEndian(rest, XxHash3.HashToUInt64(file.AsSpan(0, file.Length - sizeof(ulong))));
        return file;
    }

    /// <summary>The sections; null when the file is not there, of another training, or damaged.</summary>
    public static byte[][]? TryRead(string path, ReadOnlySpan<byte> key)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var file = File.ReadAllBytes(path);
        if (file.Length < KeyBytes + sizeof(ulong) || !file.AsSpan(0, KeyBytes).SequenceEqual(key)
            || BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(file.Length - sizeof(ulong)))
                != XxHash3.HashToUInt64(file.AsSpan(0, file.Length - sizeof(ulong))))
        {
            return null;
        }

        var sections = new List<byte[]>();
        var rest = file.AsSpan(KeyBytes..^sizeof(ulong));
        while (!rest.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            sections.Add(rest.Slice(sizeof(int), length).ToArray());
            rest = rest[(sizeof(int) + length)..];
        }

        return [.. sections];
    }
}
