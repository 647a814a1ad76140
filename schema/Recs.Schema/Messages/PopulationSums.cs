using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Recs.Schema.Messages;

/// <summary>
/// Exact sums over the whole population: the head of a block for the population's shard, followed by raw
/// <see cref="PriorSample"/>s in log order. 272 bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public record struct PopulationSums
{
    /// <summary>Policies that sums are kept for.</summary>
    public const int PolicyCountMax = 16;

    /// <summary>Events, repeats included.</summary>
    public long Events;

    /// <summary>Events that were repeats and did not count.</summary>
    public long Repeats;

    /// <summary>Items shown, per policy number.</summary>
    public PolicyLongs Impressions;

    /// <summary>Σ r · 65535, per policy number.</summary>
    public PolicyLongs Rewards;

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
