using Recs.Matching.Numerics;
using Recs.Matching.Slates;

namespace Recs.Matching.Graph;

/// <content>The best of what was scored.</content>
unsafe ref partial struct Scoring
{
    /// <summary>Keeps the best eligible items, best first.</summary>
    public readonly int Best(Span<Candidate> top, ref Rng rng)
    {
        if (top.IsEmpty || _slots == 0)
        {
            return 0;
        }

        var reranks = _isHierarchical && !_index.IsByRow && vectors is not null;
        var rerankCount = options.RerankCount > 0 ? options.RerankCount : 8 * top.Length;
        var wanted = reranks ? Math.Max(top.Length, rerankCount) : top.Length;
        var (count, infinite) =
            EligibleSlots.Choose(work, _slots, wanted, items, in _index, in _eligibility, ref rng);
        if (reranks)
        {
            Rerank(new ReadOnlySpan<int>(work.Chosen, count));
        }

        var keys = new Span<ulong>(work.Keys, count - infinite);
        for (var at = 0; at < keys.Length; at++)
        {
            var slot = work.Chosen[infinite + at];
            keys[at] = ((ulong)~((uint)TopSlots.Ordinal(work.Scores[slot]) ^ 0x8000_0000) << 32) | (uint)slot;
        }

        var found = Math.Min(top.Length, count);
        TopSlots.LeastFirst(keys, Math.Clamp(found - infinite, 0, keys.Length));
        for (var at = 0; at < found && !reranks; at++)
        {
            Prefetch(RowOf(at < infinite ? work.Chosen[at] : (int)(uint)keys[at - infinite]));
        }

        for (var at = 0; at < found; at++)
        {
            top[at] = CandidateOf(at < infinite ? work.Chosen[at] : (int)(uint)keys[at - infinite], reranks);
        }

        return found;
    }

    readonly void Rerank(ReadOnlySpan<int> chosen)
    {
        for (var at = 0; at < chosen.Length; at++)
        {
            if (at + PrefetchAhead < chosen.Length)
            {
                Prefetch(RowOf(chosen[at + PrefetchAhead]));
            }

            var slot = chosen[at];
            work.Sums[(4L * slot) + 3] = Dot(RowOf(slot));
        }

        HierKernel.ScoresOf(chosen, work.Sums, work.Effects, options, work.Chunk, work.Scores);
    }

    readonly Candidate CandidateOf(int slot, bool isExact)
    {
        var row = RowOf(slot);
        var matched = _index.MatchedOf(slot, _active);
        var sums = work.Sums + ((long)slot * Width);
        if (_isHierarchical)
        {
            var dot = isExact ? sums[3] : sums[3] + _affinity;
            var belief = HierKernel.Belief(sums, work.Effects[slot], dot, options);
            return new Candidate(
                row, work.Scores[slot], belief.Mean, belief.Spread, belief.Prior, matched, source);
        }

        var share = options.NormaliseByMatchedEdges ? DiagKernel.Matched(work.Marks[slot]) : 1;
        var prior = VectorMath.Logistic(options.PriorIntercept + (options.PriorSlope * Dot(row)));
        return new Candidate(
            row, work.Scores[slot], sums[0] / share, MathF.Sqrt(sums[1]) / share, prior, matched, source);
    }
}
