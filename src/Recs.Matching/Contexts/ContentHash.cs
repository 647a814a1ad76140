using System.Runtime.InteropServices;

namespace Recs.Matching.Contexts;

/// <summary>A fixed 64-bit hash of feature names: the same in every process, on every machine, in every version.</summary>
static class ContentHash
{
    const ulong OffsetBasis = 14695981039346656037;
    const ulong Prime = 1099511628211;

    /// <summary>FNV-1a over the UTF-16 code units of "field\0name\0value", finished by the mixer of SplitMix64.</summary>
    public static ulong Of(string field, string name, string value)
    {
        var hash = Add(Add(Add(OffsetBasis, field), name), value);
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        return hash ^ (hash >> 31);
    }

    static ulong Add(ulong hash, string text)
    {
        foreach (var unit in MemoryMarshal.Cast<char, ushort>(text))
        {
            hash = (hash ^ unit) * Prime;
        }

        return hash * Prime;
    }
}
