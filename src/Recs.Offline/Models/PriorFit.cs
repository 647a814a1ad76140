using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Recs.Matching.Numerics;
using Recs.Offline.Embeddings;
using Recs.Offline.Joins;

namespace Recs.Offline.Models;

/// <summary>Fits the prior by logistic regression of rewards on affinities.</summary>
/// <remarks>
/// A viewer's own rewarded items pull their vector towards themselves. So each viewer is folded in from one half of the
/// rewarded items, and the regression sees the other half and as large a part of the unrewarded ones.
/// </remarks>
public static class PriorFit
{
    const int ViewersMax = 20_000;
    const int NewtonSteps = 25;
    const double SlopeMax = 20;
    const double RewardsMin = 20;

    /// <summary>Fits a and β.</summary>
    /// <param name="pairs">Shown pairs by viewer, unrewarded ones included.</param>
    /// <param name="space">The items.</param>
    /// <param name="pairsMin">With fewer pairs the configured prior stands.</param>
    /// <param name="baseRate">Its chance of a reward.</param>
    /// <param name="seed">Seed of the halves.</param>
    /// <returns>β is in [0, 20]. Without enough pairs of both kinds: a = logit of the base rate and β = 1.</returns>
    public static FittedPrior Fit(PairMatrix pairs, ItemSpace space, int pairsMin, double baseRate, ulong seed)
    {
        var affinities = new List<float>();
        var rewards = new List<float>();
        Collect(pairs, space, seed, affinities, rewards);
        var rewarded = rewards.Sum(reward => (double)reward);
        if (rewards.Count < pairsMin || rewarded < RewardsMin || rewards.Count - rewarded < RewardsMin)
        {
            return new(Logit(baseRate), 1, 0);
        }

        var rate = rewarded / rewards.Count;
        var (intercept, slope) = Regress(affinities, rewards, Logit(rate));
        return slope is >= 0 and <= SlopeMax && double.IsFinite(intercept)
            ? new(intercept, slope, rewards.Count)
            : new(Logit(rate), 0, rewards.Count);
    }

    static void Collect(PairMatrix pairs, ItemSpace space, ulong seed, List<float> affinities, List<float> rewards)
    {
        var rng = new Rng(seed);
        var scratch = new FoldScratch(space.Dims);
        var viewer = new float[space.Dims];
        var known = new List<float>();
        var step = Math.Max(1.0, (double)pairs.Rows / ViewersMax);
        for (var at = 0.0; at < pairs.Rows; at += step)
        {
            var items = pairs.ColumnsOf((int)at);
            var values = pairs.ValuesOf((int)at);
            known.Clear();
            foreach (var value in values)
            {
                // The fold-in passes over what is not above 0, and so −1 marks the half that the regression sees.
                known.Add(rng.Next() >> 63 == 0 ? value : -1);
            }

            // A viewer of whom nothing is known has affinity 0 with everything, here as when served.
            scratch.TryFold(space, items, CollectionsMarshal.AsSpan(known), viewer);
            for (var i = 0; i < items.Length; i++)
            {
                if (known[i] < 0)
                {
                    affinities.Add(TensorPrimitives.Dot<float>(viewer, space.Vectors.AsSpan(items[i] * space.Dims, space.Dims)));
                    rewards.Add(values[i]);
                }
            }
        }
    }

    /// <summary>Newton's method on two parameters, with a whisper of ridge so that separable data ends.</summary>
    static (double Intercept, double Slope) Regress(List<float> affinities, List<float> rewards, double start)
    {
        const double Ridge = 1e-2;
        var (a, b) = (start, 0.0);
        for (var step = 0; step < NewtonSteps; step++)
        {
            double gradientA = 0, gradientB = -Ridge * b, aa = 1e-9, ab = 0, bb = Ridge;
            for (var i = 0; i < rewards.Count; i++)
            {
                double x = affinities[i];
                var chance = 1 / (1 + Math.Exp(-(a + (b * x))));
                var curvature = chance * (1 - chance);
                gradientA += rewards[i] - chance;
                gradientB += (rewards[i] - chance) * x;
                aa += curvature;
                ab += curvature * x;
                bb += curvature * x * x;
            }

            var determinant = (aa * bb) - (ab * ab);
            if (determinant <= 1e-12)
            {
                break;
            }

            // Damped: an early step must not overshoot into the flat part of the curve.
            a += Math.Clamp(((bb * gradientA) - (ab * gradientB)) / determinant, -2, 2);
            b += Math.Clamp(((aa * gradientB) - (ab * gradientA)) / determinant, -2, 2);
        }

        return (a, b);
    }

    static double Logit(double chance) => Math.Log(chance / (1 - chance));
}
