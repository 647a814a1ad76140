using System.Numerics;
using System.Runtime.Intrinsics;

namespace Recs.Matching.Graph;

/// <summary>
/// Finds the slots with the best scores without sorting: the n-th greatest of the maxima of groups of sixteen is a
/// bound that at least n scores reach and few more do, while n is well below the number of groups.
/// </summary>
static unsafe class TopSlots
{
    /// <summary>Slots in a block: eight groups of sixteen, group g holding the slots congruent to g modulo 8.</summary>
    public const int BlockSlots = 128;

    const int GroupsInBlock = 8;

    /// <summary>Keeping a fraction of this many or less is cheaper than sorting all.</summary>
    const int SortShare = 3;

    /// <summary>Fills the last block with -∞ and computes the maxima of all groups.</summary>
    /// <returns>Blocks of 128 slots.</returns>
    public static int Prepare(float* scores, int slots, float* maxima)
    {
        var blocks = (slots + BlockSlots - 1) / BlockSlots;
        new Span<float>(scores + slots, (blocks * BlockSlots) - slots).Fill(float.NegativeInfinity);
        for (var block = 0; block < blocks; block++)
        {
            var from = scores + (block * BlockSlots);
            var even = Vector256.Max(Vector256.Load(from), Vector256.Load(from + 8));
            var odd = Vector256.Max(Vector256.Load(from + 16), Vector256.Load(from + 24));
            for (var at = 32; at < BlockSlots; at += 32)
            {
                even = Vector256.Max(even, Vector256.Max(Vector256.Load(from + at), Vector256.Load(from + at + 8)));
                odd = Vector256.Max(odd, Vector256.Max(Vector256.Load(from + at + 16), Vector256.Load(from + at + 24)));
            }

            Vector256.Max(even, odd).Store(maxima + (block * GroupsInBlock));
        }

        return blocks;
    }

    /// <summary>
    /// The greatest bound, nearly, that at least <paramref name="wanted"/> scores reach: those of group maxima where
    /// they are many enough, of all scores otherwise. The lowest finite number when there are fewer.
    /// </summary>
    public static float Threshold(float* scores, float* maxima, int blocks, int wanted) =>
        2 * wanted <= blocks * GroupsInBlock
            ? Threshold(maxima, blocks, wanted)
            : Threshold(scores, blocks * (BlockSlots / GroupsInBlock), wanted);

    /// <summary>Collects the slots whose score reaches the bound, ascending.</summary>
    public static int Collect(float* scores, float* maxima, int blocks, float threshold, int* chosen)
    {
        var count = 0;
        var bound = Vector256.Create(threshold);
        for (var block = 0; block < blocks; block++)
        {
            if (!Vector256.GreaterThanOrEqualAny(Vector256.Load(maxima + (block * GroupsInBlock)), bound))
            {
                continue;
            }

            for (var at = block * BlockSlots; at < (block + 1) * BlockSlots; at += 8)
            {
                var hits = Vector256.GreaterThanOrEqual(Vector256.Load(scores + at), bound).ExtractMostSignificantBits();
                for (; hits != 0; hits &= hits - 1)
                {
                    chosen[count++] = at + BitOperations.TrailingZeroCount(hits);
                }
            }
        }

        return count;
    }

    /// <summary>An integer that orders as the float does, for every float but NaN.</summary>
    public static int Ordinal(float value)
    {
        var bits = BitConverter.SingleToInt32Bits(value);
        return bits ^ ((bits >> 31) & int.MaxValue);
    }

    /// <summary>Brings the least keys to the front in ascending order; what follows them is spoilt.</summary>
    public static void LeastFirst(Span<ulong> keys, int wanted)
    {
        if (wanted > keys.Length / SortShare)
        {
            keys.Sort();
            return;
        }

        var least = keys[..wanted];
        least.Sort();
        foreach (var key in keys[wanted..])
        {
            if (wanted == 0 || key >= least[^1])
            {
                continue;
            }

            var at = wanted - 1;
            for (; at > 0 && least[at - 1] > key; at--)
            {
                least[at] = least[at - 1];
            }

            least[at] = key;
        }
    }

    /// <summary>A bound that between <paramref name="wanted"/> and a quarter more values reach, where they differ.</summary>
    static float Threshold(float* values, int octets, int wanted)
    {
        if (Reaching(values, octets, float.MinValue) < wanted)
        {
            return float.MinValue;
        }

        if (Reaching(values, octets, float.PositiveInfinity) >= wanted)
        {
            return float.PositiveInfinity;
        }

        var (least, greatest) = Range(values, octets);
        var low = (long)Ordinal(least);
        var high = Ordinal(greatest) + 1L;
        while (high - low > 1)
        {
            var middle = (low + high) >> 1;
            var reaching = Reaching(values, octets, FromOrdinal((int)middle));
            if (reaching < wanted)
            {
                high = middle;
                continue;
            }

            low = middle;
            if (reaching <= wanted + (wanted >> 2))
            {
                break;
            }
        }

        return FromOrdinal((int)low);
    }

    static float FromOrdinal(int ordinal) =>
        BitConverter.Int32BitsToSingle(ordinal ^ ((ordinal >> 31) & int.MaxValue));

    static int Reaching(float* values, int octets, float threshold)
    {
        var bound = Vector256.Create(threshold);
        var reaching = Vector256<int>.Zero;
        for (var octet = 0; octet < octets; octet++)
        {
            reaching -= Vector256.GreaterThanOrEqual(Vector256.Load(values + (octet * 8)), bound).AsInt32();
        }

        return Vector256.Sum(reaching);
    }

    static (float Least, float Greatest) Range(float* values, int octets)
    {
        var lowest = Vector256.Create(float.MinValue);
        var least = Vector256.Create(float.PositiveInfinity);
        var greatest = lowest;
        for (var octet = 0; octet < octets; octet++)
        {
            var value = Vector256.Load(values + (octet * 8));
            greatest = Vector256.Max(greatest, value);
            least = Vector256.Min(
                least, Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(value, lowest), value, least));
        }

        var (low, high) = (float.PositiveInfinity, float.MinValue);
        for (var lane = 0; lane < 8; lane++)
        {
            (low, high) = (Math.Min(low, least[lane]), Math.Max(high, greatest[lane]));
        }

        return (low, high);
    }
}
