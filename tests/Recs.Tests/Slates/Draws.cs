using Recs.Matching.Bandits;
using Recs.Matching.Numerics;
using Recs.Matching.Slates;
using Xunit;

namespace Recs.Tests.Slates;

/// <summary>Draws many slates and compares how often each item came with what its propensity said.</summary>
static class Draws
{
    public static Candidate Item(int item, float score, float mean = 0, float spread = 0) =>
        new(item, score, mean, spread, 0.5f, 1, Layer.Bandit);

    /// <summary>
    /// Every draw must be a fair one: over all slates, hits of an item at a position minus the sum of its propensities
    /// there is a martingale whose variance is Σ p(1 − p); it must stay within five of its standard deviations.
    /// </summary>
    public static void AssertFair(Candidate[] candidates, SlatePolicy policy, int count, int slates, ulong seed)
    {
        var rng = new Rng(seed);
        var work = new Candidate[candidates.Length];
        var surplus = new double[count, candidates.Length];
        var variance = new double[count, candidates.Length];
        for (var slate = 0; slate < slates; slate++)
        {
            candidates.CopyTo(work, 0);
            rng.Shuffle(work);
            var pool = new CandidatePool(work, count, policy);
            for (var position = 0; position < count; position++)
            {
                Expect(pool, work, position, surplus, variance);
                var drawn = pool.Draw(ref rng);
                surplus[position, drawn.Candidate.Item]++;
                Assert.InRange(drawn.Propensity, double.Epsilon, 1);
            }
        }

        for (var position = 0; position < count; position++)
        {
            for (var item = 0; item < candidates.Length; item++)
            {
                var limit = (5 * Math.Sqrt(variance[position, item])) + (1e-6 * slates) + 1e-6;
                Assert.True(
                    Math.Abs(surplus[position, item]) <= limit,
                    $"{policy.Kind}: item {item} at {position}: surplus {surplus[position, item]:F1}, limit {limit:F1}");
            }
        }
    }

    public static SlatePolicy TopK(int k, float floor = 0) => new() { Kind = PolicyKind.DiagUcb, TopK = k, Floor = floor };

    static void Expect(CandidatePool pool, Candidate[] work, int position, double[,] surplus, double[,] variance)
    {
        var total = 0.0;
        for (var item = 0; item < work.Length; item++)
        {
            // A copy of the pool over the same span: asking must not disturb what is asked about.
            var propensity = pool.PropensityOf(item);
            surplus[position, item] -= propensity;
            variance[position, item] += propensity * (1 - propensity);
            total += propensity;
        }

        Assert.Equal(1, total, 5e-6);
    }

    static void Shuffle(this ref Rng rng, Candidate[] items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = rng.NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
