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
    public const int PolicyCountMax = 24;

    /// <summary>Layers that sums are kept for; theirs lie behind the policies'.</summary>
    public const int LayerCountMax = 8;

    const int Counts = PolicyCountMax + LayerCountMax;

    const int EarlierPolicyCount = 16;
    const int EarlierBytes = (2 + (2 * EarlierPolicyCount)) * sizeof(long);

    /// <summary>Events, repeats included.</summary>
    public long Events;

    /// <summary>Events that were repeats and did not count.</summary>
    public long Repeats;

    /// <summary>Items shown, per policy number, then per layer that nominated them.</summary>
    public PolicyLongs Impressions;

    /// <summary>Σ r · 65535, in the same order.</summary>
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

    /// <summary>Items shown that a layer nominated, and Σ r · 65535 of them.</summary>
    public readonly (long Impressions, long Rewards) OfLayer(int layer) => (Impressions[PolicyCountMax + layer], Rewards[PolicyCountMax + layer]);

    /// <summary>Counts an item shown.</summary>
    public void CountImpression(int policy, int layer)
    {
        Impressions[policy % PolicyCountMax]++;
        Impressions[PolicyCountMax + (layer % LayerCountMax)]++;
    }

    /// <summary>Counts a reward.</summary>
    public void CountReward(int policy, int layer, int reward)
    {
        Rewards[policy % PolicyCountMax] += reward;
        Rewards[PolicyCountMax + (layer % LayerCountMax)] += reward;
    }

    /// <summary>Adds another block's sums.</summary>
    public void Add(in PopulationSums other)
    {
        Events += other.Events;
        Repeats += other.Repeats;
        for (var count = 0; count < Counts; count++)
        {
            Impressions[count] += other.Impressions[count];
            Rewards[count] += other.Rewards[count];
        }
    }

    /// <summary>One number per policy and one per layer.</summary>
    [InlineArray(Counts)]
    public struct PolicyLongs
    {
        long _first;
    }
}
