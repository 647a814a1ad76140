using System.Diagnostics;

namespace Recs.Matching.Bandits;

/// <summary>
/// CappedIGW: a distribution whose density over a reference distribution μ is never above τ, so that importance weights against
/// μ stay bounded. Density m(a) = τ/(1 + γ·max(0, ŷ − β)), β such that Σ μ·m = 1. Zhu and Mineiro et al., arXiv 2302.08551.
/// </summary>
public static class CappedInverseGapWeighting
{
    const int HalvingsMax = 200;

    /// <summary>The distribution over a finite list, with β by bisection: exact, where the paper samples. O(K), no allocation.</summary>
    /// <param name="losses">ŷ, shape [K], K ≥ 1: predicted losses, each in [0, 1].</param>
    /// <param name="reference">μ, shape [K], sums to 1.</param>
    /// <param name="tau">τ ≥ 1: the largest density.</param>
    /// <param name="gamma">γ &gt; 0: larger exploits more.</param>
    /// <param name="probabilities">Shape [K], overwritten: μ·m, sums to 1.</param>
    /// <returns>β, in [(1 − τ)/γ, 1].</returns>
    public static double Fill(
        ReadOnlySpan<double> losses, ReadOnlySpan<double> reference, double tau, double gamma, Span<double> probabilities)
    {
        Debug.Assert(losses.Length == probabilities.Length && losses.Length == reference.Length, "one probability per loss");
        var (low, high) = ((1 - tau) / gamma, 1.0);
        for (var halving = 0; halving < HalvingsMax && high - low > double.Epsilon; halving++)
        {
            var middle = low + ((high - low) / 2);
            if (middle <= low || middle >= high)
            {
                break;
            }

            (low, high) = Mass(losses, reference, tau, gamma, middle) > 1 ? (low, middle) : (middle, high);
        }

        var total = 0.0;
        for (var arm = 0; arm < losses.Length; arm++)
        {
            probabilities[arm] = reference[arm] * Density(losses[arm], tau, gamma, low);
            total += probabilities[arm];
        }

        // What rounding has left of 1 belongs to all in proportion.
        foreach (ref var probability in probabilities)
        {
            probability /= total;
        }

        return low;
    }

    static double Mass(ReadOnlySpan<double> losses, ReadOnlySpan<double> reference, double tau, double gamma, double beta)
    {
        var mass = 0.0;
        for (var arm = 0; arm < losses.Length; arm++)
        {
            mass += reference[arm] * Density(losses[arm], tau, gamma, beta);
        }

        return mass;
    }

    static double Density(double loss, double tau, double gamma, double beta) => tau / (1 + (gamma * Math.Max(0, loss - beta)));
}
