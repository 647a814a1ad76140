using System.Runtime.InteropServices;

namespace Recs.Matching.Graph;

/// <summary>The exact statistics of one item over all clusters; rewards and priors are 16-bit integers q / 65535.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
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

    /// <summary>Σ xq over rewards of watches.</summary>
    public long X { readonly get; set; }

    /// <summary>Σ xq² over rewards of watches: 32 bits each, so 2³¹ of them fit.</summary>
    public long Q { readonly get; set; }

    /// <summary>Impressions from before X and Q were kept: they have no part in a watch's mean.</summary>
    public long E { readonly get; set; }

    /// <summary>Catalogue row.</summary>
    public readonly int Row => (int)(Key - 1);

    /// <summary>The sums in reals, as the serving table holds them.</summary>
    public readonly ItemTotals Value => new(N, (float)(R / One), (float)(P / One)) { Watch = Watched };

    readonly WatchTotals Watched
    {
        get
        {
            var count = Math.Max(0, N - E);
            var deviations = ((Int128)count * Q) - ((Int128)X * X);
            return new(count, (float)(X / One), deviations <= 0 ? 0 : (float)((double)deviations / count / (One * One)));
        }
    }

    /// <summary>The item was shown: n += 1, P += π.</summary>
    public void AddImpression(ushort prior)
    {
        N++;
        P += prior;
    }

    /// <summary>The item was rewarded: R += r, and for a watch X += r, Q += what the square of the impression's watch grows by.</summary>
    /// <param name="before">What the watch had earned of this impression before, r · 65535; of no account for other events.</param>
    /// <param name="reward">Magnitude of what is earned now, r · 65535.</param>
    /// <param name="isPenalty">Whether it is taken away.</param>
    /// <param name="isWatch">Whether it is a watch's.</param>
    public void AddReward(ushort before, ushort reward, bool isPenalty, bool isWatch)
    {
        var signed = isPenalty ? -reward : reward;
        R += signed;
        if (isWatch)
        {
            long after = before + reward;
            X += signed;
            Q += (after * after) - ((long)before * before);
        }
    }
}
