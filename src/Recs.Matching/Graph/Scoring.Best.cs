using Recs.Matching.Numerics;
using Recs.Matching.Slates;

namespace Recs.Matching.Graph;

/// <content>The best of what was scored.</content>
unsafe ref partial struct Scoring
{
    /// <summary>Keeps the best eligible items, best first.</summary>
    public readonly int Best(Span<Candidate> top, ref Rng rng)
    {
        work.TiedOut = 0;
        if (top.IsEmpty || _slots == 0)
        {
            return 0;
        }

        var reranks = _isHierarchical && !_index.IsByRow && vectors is not null;
        var rerankCount = options.RerankCount > 0 ? options.RerankCount : 8 * top.Length;
        var wanted = reranks ? Math.Max(top.Length, rerankCount) : top.Length;
        var (count, infinite) =
            EligibleSlots.Choose(work, _slots, wanted, items, in _index, in _eligibility, options.DrawsTies, ref rng);
        if (reranks)
        {
            Rerank(new ReadOnlySpan<int>(work.Chosen, count));
        }

        var keys = new Span<ulong>(work.Keys, count - infinite);
        for (var at = 0; at < keys.Length; at++)
        {
            var slot = work.Chosen[infinite + at];
            keys[at] = KeyOf(slot);
        }

        var found = Math.Min(top.Length, count);
        var finite = Math.Clamp(found - infinite, 0, keys.Length);
        TopSlots.LeastFirst(keys, finite);
        var lastScore = finite > 0 ? ScoreKey(keys[finite - 1]) : 0;
        work.TiedOut = !options.DrawsTies ? 0
            : finite > 0 ? ShareLastPlaces(keys[..finite], infinite, count, ref rng)
            : infinite - found;
        for (var at = 0; at < found && !reranks; at++)
        {
            Prefetch(RowOf(at < infinite ? work.Chosen[at] : (int)(uint)keys[at - infinite]));
        }

        for (var at = 0; at < found; at++)
        {
            var isTied = work.TiedOut > 0 && (finite == 0 || (at >= infinite && ScoreKey(keys[at - infinite]) == lastScore));
            top[at] = CandidateOf(at < infinite ? work.Chosen[at] : (int)(uint)keys[at - infinite], reranks) with { IsTied = isTied };
        }

        return found;
    }

    /// <summary>Ascending keys are descending scores; slots of one score follow each other.</summary>
    readonly ulong KeyOf(int slot) => ((ulong)~((uint)TopSlots.Ordinal(work.Scores[slot]) ^ 0x8000_0000) << 32) | (uint)slot;

    static uint ScoreKey(ulong key) => (uint)(key >> 32);

    /// <summary>
    /// Where more items have the last kept score than places are left for it, the places are drawn among all of them: reservoir
    /// sampling, every one as likely.
    /// </summary>
    /// <param name="kept">Keys of the places, in order; the last ones are written anew.</param>
    /// <param name="from">First of the chosen slots that compete.</param>
    /// <param name="count">Chosen slots.</param>
    /// <param name="rng">Draws.</param>
    /// <returns>How many found no place.</returns>
    readonly int ShareLastPlaces(Span<ulong> kept, int from, int count, ref Rng rng)
    {
        var last = ScoreKey(kept[^1]);
        var places = 1;
        while (places < kept.Length && ScoreKey(kept[^(places + 1)]) == last)
        {
            places++;
        }

        var met = 0;
        for (var at = from; at < count; at++)
        {
            var key = KeyOf(work.Chosen[at]);
            if (ScoreKey(key) != last)
            {
                continue;
            }

            var place = met < places ? met : rng.NextInt(met + 1);
            met++;
            if (place < places)
            {
                kept[kept.Length - places + place] = key;
            }
        }

        return met - places;
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
