using System.Runtime.InteropServices;

namespace Recs.Matching.Graph;

/// <summary>
/// The exact statistics of one edge: four sums of integers, so their values do not depend on the order, the batching
/// or the sharding of the events. w, r and π are 16-bit integers q standing for q / 65535.
/// </summary>
/// <remarks>One cache line. Lives in an <see cref="EdgeLedger"/>; take it by reference to add to it.</remarks>
[StructLayout(LayoutKind.Sequential, Size = 64)]
public struct EdgeStatistics
{
    const double One = 65535;

    internal ulong Key;
    internal int Next;

    /// <summary>Where the edge sits in the serving table.</summary>
    public EdgePlace Place;

    /// <summary>d · 65535² = Σ wq·wq over impressions.</summary>
    public long D { readonly get; set; }

    /// <summary>b · 65535² = Σ wq·rq over rewards.</summary>
    public long B { readonly get; set; }

    /// <summary>W · 65535 = Σ wq over impressions.</summary>
    public long W { readonly get; set; }

    /// <summary>Σ w·π · 65535² = Σ wq·πq over impressions.</summary>
    public long P { readonly get; set; }

    /// <summary>Global cluster id.</summary>
    public readonly int Cluster => (int)(Key >> 32) - 1;

    /// <summary>Catalogue row of the item.</summary>
    public readonly int Row => (int)(uint)Key;

    /// <summary>The sums in reals, E = Σ w·(r - π) among them, as the serving table holds them.</summary>
    public readonly EdgeValue Value => new(
        (float)(D * (1 / (One * One))),
        (float)(B * (1 / (One * One))),
        (float)(W * (1 / One)),
        (float)((B - P) * (1 / (One * One))));

    /// <summary>The item was shown: d += w², W += w, P += w·π.</summary>
    /// <param name="weight">w · 65535.</param>
    /// <param name="prior">π · 65535.</param>
    public void AddImpression(ushort weight, ushort prior)
    {
        D += (long)weight * weight;
        W += weight;
        P += (long)weight * prior;
    }

    /// <summary>The item was rewarded: b += w·r.</summary>
    /// <param name="weight">w · 65535, the weight it was shown with.</param>
    /// <param name="reward">r · 65535, in [−65535, 65535].</param>
    public void AddReward(ushort weight, int reward) => B += (long)weight * reward;
}
