using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Recs.Schema.Messages;

/// <summary>
/// Exact sums over the whole population: the head of a block for the population's shard, followed by raw
/// <see cref="PriorSample"/>s in log order. 528 bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public record struct PopulationSums
{
    /// <summary>Policies that sums are kept for.</summary>
    public const int PolicyCountMax = 32;

    const int EarlierPolicyCount = 16;
    const int EarlierBytes = (2 + (2 * EarlierPolicyCount)) * sizeof(long);

    /// <summary>Events, repeats included.</summary>
    public long Events;

    /// <summary>Events that were repeats and did not count.</summary>
    public long Repeats;

    /// <summary>Items shown, per policy number.</summary>
    public PolicyLongs Impressions;

    /// <summary>Σ r · 65535, per policy number.</summary>
    public PolicyLongs Rewards;

    /// <summary>Reads stored sums at the front of a page; those of an earlier version had 16 policies in 272 bytes.</summary>
    /// <param name="page">The sums and the prior behind them.</param>
    /// <param name="rest">What is behind them.</param>
    public static PopulationSums Read(ReadOnlySpan<byte> page, out ReadOnlySpan<byte> rest)
    {
        var length = Unsafe.SizeOf<PopulationSums>();
        if (page.Length >= length)
        {
            rest = page[length..];
            return MemoryMarshal.Read<PopulationSums>(page);
        }

        rest = page[EarlierBytes..];
        var longs = MemoryMarshal.Cast<byte, long>(page[..EarlierBytes]);
        var sums = new PopulationSums { Events = longs[0], Repeats = longs[1] };
        longs.Slice(2, EarlierPolicyCount).CopyTo(sums.Impressions);
        longs.Slice(2 + EarlierPolicyCount, EarlierPolicyCount).CopyTo(sums.Rewards);
        return sums;
    }

    /// <summary>Adds another block's sums.</summary>
    public void Add(in PopulationSums other)
    {
        Events += other.Events;
        Repeats += other.Repeats;
        for (var policy = 0; policy < PolicyCountMax; policy++)
        {
            Impressions[policy] += other.Impressions[policy];
            Rewards[policy] += other.Rewards[policy];
        }
    }

    /// <summary>One number per policy.</summary>
    [InlineArray(PolicyCountMax)]
    public struct PolicyLongs
    {
        long _first;
    }
}
