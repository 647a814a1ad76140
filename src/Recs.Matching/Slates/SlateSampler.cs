using Recs.Matching.Numerics;

namespace Recs.Matching.Slates;

/// <summary>Draws a slate from one layer's scored candidates, position by position, without replacement.</summary>
public static class SlateSampler
{
    /// <summary>
    /// Fills the slate with distinct candidates, best first in expectation, each with the exact probability of this
    /// item at this position given the positions before it.
    /// </summary>
    /// <param name="candidates">
    /// Scored items, shape [n], distinct, in any order; descending order is recognised and saves the selection.
    /// Permuted in place: the drawn ones come to the front. A score that is not a number counts as −∞.
    /// </param>
    /// <param name="policy">The distribution; see <see cref="CandidatePool"/> for its definition.</param>
    /// <param name="slate">Receives the positions, shape [count].</param>
    /// <param name="rng">The request's generator.</param>
    /// <returns>Positions filled: the smaller of n and the slate's length.</returns>
    /// <remarks>
    /// O(n) selection, then per position O(k + log n) for top-k and O(H · nodes) for Thompson sampling
    /// (H = <see cref="SlatePolicy.PoolSize"/>; see <see cref="ArgmaxProbability"/>). No allocation.
    /// </remarks>
    public static int Draw(Span<Candidate> candidates, SlatePolicy policy, Span<SlateItem> slate, ref Rng rng)
    {
        var pool = new CandidatePool(candidates, slate.Length, policy);
        var count = Math.Min(candidates.Length, slate.Length);
        for (var position = 0; position < count; position++)
        {
            slate[position] = pool.Draw(ref rng);
        }

        return count;
    }
}
