using Recs.Matching.Numerics;

namespace Recs.Matching.Slates;

/// <summary>
/// Fills a slate from several layers. A position is drawn from the first layer in order that still has items, by
/// the policy's distribution over what that layer has left; with <see cref="SlatePolicy.FreshShare"/> f, the fresh
/// layer takes the position with probability f while it has items and another layer has some too. An item that both
/// can give has the probability f·(fresh layer's) + (1 − f)·(other layer's).
/// </summary>
public static class SlateAssembly
{
    /// <summary>Fills the slate with distinct items; each says which layer it was drawn from.</summary>
    /// <param name="nominations">The layers' candidates; their spans are permuted.</param>
    /// <param name="policy">The distribution within a layer, and the fresh share.</param>
    /// <param name="slate">Receives the positions, shape [count].</param>
    /// <param name="rng">The request's generator.</param>
    /// <returns>Positions filled; fewer than asked only when every layer is empty.</returns>
    /// <remarks>
    /// As <see cref="SlateSampler.Draw"/>, plus O(count · n) to keep an opened layer free of what was drawn before
    /// when more than one is consulted. No allocation.
    /// </remarks>
    public static int Fill(scoped SlateNominations nominations, SlatePolicy policy, Span<SlateItem> slate, ref Rng rng)
    {
        var mixes = policy.FreshShare > 0 && !nominations.Fresh.IsEmpty;
        var fresh = new CandidatePool(mixes ? nominations.Fresh : [], slate.Length, policy);
        var layer = Layer.Bandit;
        var main = new CandidatePool(nominations[layer], slate.Length, policy, nominations.TiedOut(layer));
        for (var position = 0; position < slate.Length; position++)
        {
            while (main.Remaining == 0 && layer < Layer.Popular && !(layer + 1 == Layer.Fresh && fresh.Remaining > 0))
            {
                layer++;
                var next = mixes && layer == Layer.Fresh ? [] : nominations[layer];
                main = new CandidatePool(Without(next, slate[..position]), slate.Length - position, policy, nominations.TiedOut(layer));
            }

            if (main.Remaining == 0 && fresh.Remaining == 0)
            {
                return position;
            }

            slate[position] = DrawMixed(ref main, ref fresh, layer, policy.FreshShare, ref rng);
        }

        return slate.Length;
    }

    static SlateItem DrawMixed(
        ref CandidatePool main, ref CandidatePool fresh, Layer layer, double freshShare, ref Rng rng)
    {
        if (fresh.Remaining == 0)
        {
            return From(layer, main.Draw(ref rng), 1);
        }

        if (main.Remaining == 0)
        {
            return From(Layer.Fresh, fresh.Draw(ref rng), 1);
        }

        if (rng.NextDouble() >= freshShare)
        {
            var drawn = From(layer, main.Draw(ref rng), 1 - freshShare);
            return fresh.TryTake(drawn.Candidate.Item, out var alsoFresh)
                ? drawn with { Propensity = drawn.Propensity + (freshShare * alsoFresh.Propensity) }
                : drawn;
        }

        // The other layer's copy of the item knows its matched edges, which feedback must reach.
        var young = From(Layer.Fresh, fresh.Draw(ref rng), freshShare);
        return main.TryTake(young.Candidate.Item, out var known)
            ? new(known.Candidate with { Source = Layer.Fresh }, young.Propensity + ((1 - freshShare) * known.Propensity))
            : young;
    }

    /// <summary>The first layer may be a blend: its candidates say themselves who nominated them.</summary>
    static SlateItem From(Layer layer, SlateItem drawn, double share) =>
        new(layer == Layer.Bandit ? drawn.Candidate : drawn.Candidate with { Source = layer }, share * drawn.Propensity);

    /// <summary>The candidates that are not in the slate yet, moved to the front of their span.</summary>
    static Span<Candidate> Without(Span<Candidate> candidates, ReadOnlySpan<SlateItem> drawn)
    {
        var kept = 0;
        foreach (var candidate in candidates)
        {
            if (!Contains(drawn, candidate.Item))
            {
                candidates[kept++] = candidate;
            }
        }

        return candidates[..kept];
    }

    static bool Contains(ReadOnlySpan<SlateItem> drawn, int item)
    {
        foreach (ref readonly var slot in drawn)
        {
            if (slot.Candidate.Item == item)
            {
                return true;
            }
        }

        return false;
    }
}
