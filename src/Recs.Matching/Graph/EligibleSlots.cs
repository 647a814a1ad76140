using Recs.Matching.Numerics;

namespace Recs.Matching.Graph;

/// <summary>Chooses the best slots among those whose item may be shown.</summary>
/// <remarks>
/// Eligibility costs a random memory access, so it is asked of the best only, and of all items when too many of the
/// best fall out.
/// </remarks>
static unsafe class EligibleSlots
{
    /// <summary>Fills the workspace's <c>Chosen</c> with the best eligible slots.</summary>
    /// <param name="work">Holds marks and scores; scores of ineligible items may become -∞.</param>
    /// <param name="slots">Slots scored.</param>
    /// <param name="wanted">How many at least, if there are.</param>
    /// <param name="items">Says what is eligible.</param>
    /// <param name="index">Tells the row of a slot.</param>
    /// <param name="eligibility">What the request asks for.</param>
    /// <param name="drawsTies">Whether those tied at +∞ come in random order.</param>
    /// <param name="rng">Draws among them.</param>
    /// <returns>How many were chosen, and how many of them, at the front, have score +∞: all there are, wanted or not.</returns>
    public static (int Count, int Infinite) Choose(
        Workspace work,
        int slots,
        int wanted,
        ItemTable items,
        in SlotIndex index,
        in Eligibility eligibility,
        bool drawsTies,
        ref Rng rng)
    {
        var margin = wanted + (wanted / 8) + 8;
        var blocks = TopSlots.Prepare(work.Scores, slots, work.GroupMaxima);
        var isFiltered = eligibility.Categories != 0 || eligibility.Filter is not null;
        if (isFiltered)
        {
            FilterAll(work, slots, items, in index, in eligibility);
            blocks = TopSlots.Prepare(work.Scores, slots, work.GroupMaxima);
        }

        while (true)
        {
            var threshold = TopSlots.Threshold(work.Scores, work.GroupMaxima, blocks, margin);
            var found = TopSlots.Collect(work.Scores, work.GroupMaxima, blocks, threshold, work.Chosen);
            var chosen = new Span<int>(work.Chosen, found);
            var infinite = InfiniteFirst(chosen, work.Scores);
            var open = infinite;
            infinite = Filter(chosen[..open], chosen, items, in index, in eligibility);
            if (drawsTies)
            {
                Shuffle(chosen[..infinite], wanted, ref rng);
            }

            var count = infinite;
            if (infinite < wanted)
            {
                count += Filter(chosen[open..], chosen[infinite..], items, in index, in eligibility);
            }

            if (count >= wanted || isFiltered || threshold <= float.MinValue)
            {
                return (count, infinite);
            }

            FilterAll(work, slots, items, in index, in eligibility);
            blocks = TopSlots.Prepare(work.Scores, slots, work.GroupMaxima);
            isFiltered = true;
        }
    }

    static int InfiniteFirst(Span<int> chosen, float* scores)
    {
        var infinite = 0;
        for (var at = 0; at < chosen.Length; at++)
        {
            if (float.IsPositiveInfinity(scores[chosen[at]]))
            {
                (chosen[infinite], chosen[at]) = (chosen[at], chosen[infinite]);
                infinite++;
            }
        }

        return infinite;
    }

    /// <summary>Draws slots without replacement to the front.</summary>
    static void Shuffle(Span<int> tied, int wanted, ref Rng rng)
    {
        for (var at = 0; at < Math.Min(wanted, tied.Length - 1); at++)
        {
            var pick = at + rng.NextInt(tied.Length - at);
            (tied[at], tied[pick]) = (tied[pick], tied[at]);
        }
    }

    static int Filter(
        ReadOnlySpan<int> from,
        Span<int> to,
        ItemTable items,
        in SlotIndex index,
        in Eligibility eligibility)
    {
        foreach (var slot in from)
        {
            items.Prefetch(index.RowOf(slot));
        }

        var kept = 0;
        foreach (var slot in from)
        {
            if (IsEligible(slot, items, in index, in eligibility))
            {
                to[kept++] = slot;
            }
        }

        return kept;
    }

    static void FilterAll(Workspace work, int slots, ItemTable items, in SlotIndex index, in Eligibility eligibility)
    {
        for (var slot = 0; slot < slots; slot++)
        {
            if (!IsEligible(slot, items, in index, in eligibility))
            {
                work.Scores[slot] = float.NegativeInfinity;
            }
        }
    }

    static bool IsEligible(int slot, ItemTable items, in SlotIndex index, in Eligibility eligibility) =>
        items.IsEligible(index.RowOf(slot), eligibility);
}
