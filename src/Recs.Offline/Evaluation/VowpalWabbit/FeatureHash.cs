using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Recs.Offline.Evaluation.VowpalWabbit;

/// <summary>Where Vowpal Wabbit puts a word: MurmurHash3 (Appleby, public domain), 32 bits, seed 0.</summary>
public static class FeatureHash
{
    /// <summary>The feature that every example has.</summary>
    public const uint Constant = 11_650_396;

    /// <summary>The hash of a word's UTF-8.</summary>
    public static uint Of(string word)
    {
        var bytes = Encoding.UTF8.GetBytes(word);
        var hash = 0u;
        var whole = bytes.Length / 4 * 4;
        for (var at = 0; at < whole; at += 4)
        {
            hash = (BitOperations.RotateLeft(hash ^ Mixed(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at))), 13) * 5) + 0xE6546B64;
        }

        var rest = 0u;
        for (var at = bytes.Length - 1; at >= whole; at--)
        {
            rest = (rest << 8) | bytes[at];
        }

        hash ^= Mixed(rest) ^ (uint)bytes.Length;
        hash = (hash ^ (hash >> 16)) * 0x85EBCA6B;
        hash = (hash ^ (hash >> 13)) * 0xC2B2AE35;
        return hash ^ (hash >> 16);
    }

    static uint Mixed(uint block) => BitOperations.RotateLeft(block * 0xCC9E2D51, 15) * 0x1B873593;
}
