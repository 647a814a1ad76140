using System.Runtime.CompilerServices;

namespace Recs.Neural.Tables;

/// <summary>64 bits of a 128-bit id in which every bit of the id matters (the finaliser of MurmurHash3, twice).</summary>
static class KeyHash
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(UInt128 key) => Mix((ulong)key ^ Mix((ulong)(key >> 64) + 0x9E3779B97F4A7C15));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 33)) * 0xFF51AFD7ED558CCD;
        x = (x ^ (x >> 33)) * 0xC4CEB9FE1A85EC53;
        return x ^ (x >> 33);
    }
}
