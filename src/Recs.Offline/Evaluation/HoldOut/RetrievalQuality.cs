namespace Recs.Offline.Evaluation.HoldOut;

/// <summary>How well a ranking finds what viewers liked next.</summary>
/// <param name="Method">What ranked.</param>
/// <param name="Recall">Mean over viewers of the held-out items among the best K, divided by the smaller of K and their number.</param>
/// <param name="Ndcg">Mean over viewers of the discounted gain at K, divided by the best possible.</param>
/// <param name="Coverage">Share of the items that are among the best K of anybody.</param>
/// <param name="Viewers">Viewers that were ranked for.</param>
public sealed record RetrievalQuality(string Method, double Recall, double Ndcg, double Coverage, int Viewers)
{
    /// <summary>Ranks for every viewer of a split.</summary>
    /// <param name="method">What ranks.</param>
    /// <param name="split">Viewers with what they met and what they liked next.</param>
    /// <param name="count">K ≥ 1.</param>
    /// <param name="isCandidate">Which items may be ranked; held-out items that may not are left out.</param>
    /// <param name="score">
    /// Fills the scores of all items for a viewer, shape [n]; −∞ where the method would not recommend. False skips the viewer.
    /// </param>
    /// <remarks>Items met before are never ranked, whatever the method. O(viewers · n).</remarks>
    public static RetrievalQuality Of(
        string method, TimeSplit split, int count, Func<int, bool> isCandidate, Func<HeldOutViewer, float[], bool> score)
    {
        var scores = new float[split.Items.Count];
        var shown = new HashSet<int>();
        var (recall, ndcg, viewers) = (0.0, 0.0, 0);
        foreach (var viewer in split.Viewers)
        {
            var next = viewer.Next.Where(isCandidate).ToHashSet();
            if (next.Count == 0 || !score(viewer, scores))
            {
                continue;
            }

            var best = Best(scores, count, item => isCandidate(item) && !viewer.Met.Contains(item));
            shown.UnionWith(best);
            viewers++;
            var (hits, gain, ideal) = (0, 0.0, 0.0);
            for (var place = 0; place < count; place++)
            {
                var discount = 1 / Math.Log2(place + 2);
                ideal += place < next.Count ? discount : 0;
                if (place < best.Count && next.Contains(best[place]))
                {
                    hits++;
                    gain += discount;
                }
            }

            recall += (double)hits / Math.Min(count, next.Count);
            ndcg += gain / ideal;
        }

        var candidates = Enumerable.Range(0, split.Items.Count).Count(isCandidate);
        return new(method, recall / Math.Max(1, viewers), ndcg / Math.Max(1, viewers), (double)shown.Count / Math.Max(1, candidates), viewers);
    }

    /// <summary>The best items, best first; ties go to the lower index.</summary>
    static List<int> Best(float[] scores, int count, Func<int, bool> mayBe)
    {
        var best = new PriorityQueue<int, (float Score, int Later)>();
        for (var item = 0; item < scores.Length; item++)
        {
            if (!mayBe(item) || !(scores[item] > float.NegativeInfinity))
            {
                continue;
            }

            best.Enqueue(item, (scores[item], -item));
            if (best.Count > count)
            {
                best.Dequeue();
            }
        }

        var ordered = new List<int>(best.Count);
        while (best.TryDequeue(out var item, out _))
        {
            ordered.Add(item);
        }

        ordered.Reverse();
        return ordered;
    }
}
