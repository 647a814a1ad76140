using Recs.Matching.Numerics;

namespace Recs.Neural.Combinatorial;

/// <summary>From means and widths to a slate.</summary>
static class SlateScores
{
    /// <summary>Replaces means by optimistic scores.</summary>
    /// <param name="scores">Means f on entry, u on return; shape [N].</param>
    /// <param name="widths">gᵀ Z⁻¹ g, shape [N].</param>
    /// <param name="options">How to explore.</param>
    /// <param name="rng">Where draws come from.</param>
    public static void Explore(Span<float> scores, ReadOnlySpan<float> widths, SlatePolicyOptions options, ref Rng rng)
    {
        for (var arm = 0; arm < scores.Length; arm++)
        {
            if (options.Exploration is Exploration.Ucb)
            {
                scores[arm] += options.Gamma * MathF.Sqrt(widths[arm]);
                continue;
            }

            var variance = options.Nu * options.Nu * options.Ridge * widths[arm];
            var deviation = options.VarianceAsDeviation ? variance : MathF.Sqrt(variance);
            var best = double.NegativeInfinity;
            for (var sample = 0; sample < options.Samples; sample++)
            {
                best = Math.Max(best, rng.NextGaussian());
            }

            scores[arm] += deviation * (float)best;
        }
    }

    /// <summary>The arms of the largest scores, largest first; equal scores by arm. Cost O(N·K).</summary>
    public static void Top(Span<float> scores, Span<int> slate)
    {
        for (var position = 0; position < slate.Length; position++)
        {
            var best = -1;
            for (var arm = 0; arm < scores.Length; arm++)
            {
                if (!slate[..position].Contains(arm) && (best < 0 || scores[arm] > scores[best]))
                {
                    best = arm;
                }
            }

            slate[position] = best;
        }
    }
}
