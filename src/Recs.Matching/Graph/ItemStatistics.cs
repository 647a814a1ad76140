using System.Runtime.InteropServices;

namespace Recs.Matching.Graph;

/// <summary>The exact statistics of one item over all clusters; rewards and priors are 16-bit integers q / 65535.</summary>
[StructLayout(LayoutKind.Sequential, Size = 32)]
public struct ItemStatistics
{
    const double One = 65535;

    internal long Key;

    /// <summary>n, impressions.</summary>
    public long N { readonly get; set; }

    /// <summary>Σ rq over rewards.</summary>
    public long R { readonly get; set; }

    /// <summary>Σ πq over impressions.</summary>
    public long P { readonly get; set; }

    /// <summary>Catalogue row.</summary>
    public readonly int Row => (int)(Key - 1);

    /// <summary>The sums in reals, as the serving table holds them.</summary>
    public readonly ItemTotals Value => new(N, (float)(R / One), (float)(P / One));

    /// <summary>The item was shown: n += 1, P += π.</summary>
    public void AddImpression(ushort prior)
    {
        N++;
        P += prior;
    }

    /// <summary>The item was rewarded: R += r.</summary>
    public void AddReward(ushort reward) => R += reward;
}
