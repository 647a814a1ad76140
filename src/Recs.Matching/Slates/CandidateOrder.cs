namespace Recs.Matching.Slates;

/// <summary>
/// Descending order of candidates by score, and which of them count as tied. Tied items are exchangeable: the
/// policy must give each the same probability.
/// </summary>
static class CandidateOrder
{
    static readonly Comparison<Candidate> ByScore = static (a, b) => b.Score.CompareTo(a.Score);
    static readonly Comparison<Candidate> ByBelief = static (a, b) => Before(a, b, beliefs: true) ? -1 : Before(b, a, beliefs: true) ? 1 : 0;

    /// <summary>Whether a comes strictly before b. No score is NaN.</summary>
    /// <param name="a">One candidate.</param>
    /// <param name="b">Another.</param>
    /// <param name="beliefs">
    /// True when equal finite scores still differ if mean or spread do: the order of a Thompson pool, in which only
    /// equal beliefs are exchangeable.
    /// </param>
    public static bool Before(in Candidate a, in Candidate b, bool beliefs)
    {
        if (a.Score != b.Score)
        {
            return a.Score > b.Score;
        }

        if (!beliefs || !float.IsFinite(a.Score))
        {
            return false;
        }

        return a.Mean != b.Mean ? a.Mean > b.Mean : a.Spread > b.Spread;
    }

    /// <summary>
    /// Brings the first <paramref name="count"/> in order to the front, sorted, followed by everything tied with the
    /// last of them.
    /// </summary>
    /// <returns>How many lead the span in order: count and its ties, or all when it was in order already.</returns>
    /// <remarks>O(n + count·log count); quickselect by Hoare's partition.</remarks>
    public static int Arrange(Span<Candidate> items, int count, bool beliefs)
    {
        if (count >= items.Length)
        {
            items.Sort(beliefs ? ByBelief : ByScore);
            return items.Length;
        }

        if (IsOrdered(items, beliefs))
        {
            return items.Length;
        }

        Select(items, count, beliefs);
        items[..count].Sort(beliefs ? ByBelief : ByScore);
        var last = items[count - 1];
        for (var i = count; i < items.Length; i++)
        {
            if (!Before(last, items[i], beliefs))
            {
                (items[i], items[count]) = (items[count], items[i]);
                count++;
            }
        }

        return count;
    }

    static bool IsOrdered(ReadOnlySpan<Candidate> items, bool beliefs)
    {
        for (var i = 1; i < items.Length; i++)
        {
            if (Before(items[i], items[i - 1], beliefs))
            {
                return false;
            }
        }

        return true;
    }

    static void Select(Span<Candidate> items, int count, bool beliefs)
    {
        var low = 0;
        var high = items.Length - 1;
        while (low < high)
        {
            var pivot = Median(items[low], items[(low + high) >>> 1], items[high], beliefs);
            var i = low;
            var j = high;
            do
            {
                while (Before(items[i], pivot, beliefs))
                {
                    i++;
                }

                while (Before(pivot, items[j], beliefs))
                {
                    j--;
                }

                if (i <= j)
                {
                    (items[i], items[j]) = (items[j], items[i]);
                    i++;
                    j--;
                }
            }
            while (i <= j);

            if (count - 1 <= j)
            {
                high = j;
            }
            else if (count - 1 >= i)
            {
                low = i;
            }
            else
            {
                return;
            }
        }
    }

    static Candidate Median(in Candidate a, in Candidate b, in Candidate c, bool beliefs)
    {
        if (Before(a, b, beliefs))
        {
            return Before(b, c, beliefs) ? b : Before(a, c, beliefs) ? c : a;
        }

        return Before(a, c, beliefs) ? a : Before(b, c, beliefs) ? c : b;
    }
}
