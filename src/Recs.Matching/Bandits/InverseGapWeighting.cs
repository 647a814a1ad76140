using System.Diagnostics;

namespace Recs.Matching.Bandits;

/// <summary>Inverse gap weighting: an exact distribution over arms from their predicted losses.</summary>
/// <remarks>
/// SquareCB: Foster and Rakhlin 2020, p = 1/(K + γ(ŷ − ŷ_best)). FastCB: Foster and Krishnamurthy 2021,
/// p = ŷ_best/(K·ŷ_best + γ(ŷ − ŷ_best)), which stops exploring as the best predicted loss goes to 0. The best arm, the first
/// of the smallest losses, takes what is left. O(K), no allocation.
/// </remarks>
public static class InverseGapWeighting
{
    /// <summary>SquareCB's distribution.</summary>
    /// <param name="losses">ŷ, shape [K], K ≥ 1: predicted losses, each in [0, 1].</param>
    /// <param name="gamma">γ ≥ 0: 0 is uniform, larger exploits more.</param>
    /// <param name="probabilities">Shape [K], overwritten; sums to 1, each &gt; 0.</param>
    public static void SquareCb(ReadOnlySpan<double> losses, double gamma, Span<double> probabilities)
    {
        Debug.Assert(losses.Length == probabilities.Length, "one probability per loss");
        var best = IndexOfSmallest(losses);
        var rest = 0.0;
        for (var i = 0; i < losses.Length; i++)
        {
            probabilities[i] = 1 / (losses.Length + (gamma * (losses[i] - losses[best])));
            rest += i == best ? 0 : probabilities[i];
        }

        probabilities[best] = 1 - rest;
    }

    /// <summary>FastCB's distribution.</summary>
    /// <param name="losses">ŷ, shape [K], K ≥ 1: predicted losses, each in [0, 1].</param>
    /// <param name="gamma">γ ≥ 0: 0 is uniform unless the best loss is 0, larger exploits more.</param>
    /// <param name="probabilities">Shape [K], overwritten; sums to 1, each ≥ 0.</param>
    public static void FastCb(ReadOnlySpan<double> losses, double gamma, Span<double> probabilities)
    {
        Debug.Assert(losses.Length == probabilities.Length, "one probability per loss");
        var best = IndexOfSmallest(losses);
        var rest = 0.0;
        for (var i = 0; i < losses.Length; i++)
        {
            var denominator = (losses.Length * losses[best]) + (gamma * (losses[i] - losses[best]));
            probabilities[i] = denominator > 0 ? losses[best] / denominator : 0;
            rest += i == best ? 0 : probabilities[i];
        }

        probabilities[best] = 1 - rest;
    }

    static int IndexOfSmallest(ReadOnlySpan<double> losses)
    {
        Debug.Assert(!losses.IsEmpty, "at least one arm");
        var best = 0;
        for (var i = 1; i < losses.Length; i++)
        {
            best = losses[i] < losses[best] ? i : best;
        }

        return best;
    }
}
