using Recs.Offline.Clustering;

namespace Recs.Offline.Graphs;

/// <summary>
/// The best targets of every cluster with no category above its share: a cluster whose taste is one category still
/// nominates others, and the bandit can find out that it likes them.
/// </summary>
public static class CategoryQuota
{
    /// <summary>Group of targets that no quota binds.</summary>
    public const int None = -1;

    /// <summary>Finds them.</summary>
    /// <param name="centroids">Shape [C x D], row-major.</param>
    /// <param name="candidates">Shape [n x D], row-major.</param>
    /// <param name="dims">D.</param>
    /// <param name="categories">Category of each candidate, 0 and up, or <see cref="None"/>; shape [n].</param>
    /// <param name="count">W: targets of a cluster.</param>
    /// <param name="most">Most of one category; exceeded only where nothing else is left to fill W.</param>
    /// <param name="work">Threads and cancellation.</param>
    /// <returns>For each cluster min(W, n) targets by descending score.</returns>
    /// <remarks>C·n·D multiply-adds, twice that where some cluster has to be filled.</remarks>
    public static ScoredTarget[][] Find(
        float[] centroids, float[] candidates, int dims, int[] categories, int count, int most, ParallelOptions work)
    {
        var clusters = centroids.Length / dims;
        var pools = new List<ScoredTarget>[clusters];
        for (var cluster = 0; cluster < clusters; cluster++)
        {
            pools[cluster] = [];
        }

        // Categories that cannot exceed their quota are one group: what is left of them is the best of all.
        var groups = Enumerable.Range(0, categories.Length).GroupBy(target => categories[target])
            .GroupBy(group => group.Key != None && group.Count() > most)
            .SelectMany(groups => groups.Key ? groups.Select(group => (Targets: group.ToArray(), Most: most))
                : [(groups.SelectMany(group => group).Order().ToArray(), count)]);
        foreach (var (targets, limit) in groups)
        {
            var best = TopInner.Find(
                centroids, new Panels(GraphBuilder.Gather(candidates, dims, targets), dims), Math.Min(limit, targets.Length), work);
            for (var cluster = 0; cluster < clusters; cluster++)
            {
                pools[cluster].AddRange(best[cluster].Select(found => new ScoredTarget(targets[found.Target], found.Product)));
            }
        }

        return Fill(pools, centroids, candidates, dims, Math.Min(count, categories.Length), work);
    }

    static ScoredTarget[][] Fill(
        List<ScoredTarget>[] pools, float[] centroids, float[] candidates, int dims, int count, ParallelOptions work)
    {
        var chosen = Array.ConvertAll(pools, pool => Best(pool, count));
        if (chosen.All(targets => targets.Length == count))
        {
            return chosen;
        }

        var best = TopInner.Find(centroids, new Panels(candidates, dims), count, work);
        for (var cluster = 0; cluster < chosen.Length; cluster++)
        {
            var taken = chosen[cluster].Select(found => found.Target).ToHashSet();
            var more = best[cluster].Where(found => !taken.Contains(found.Target)).Take(count - taken.Count);
            chosen[cluster] = Best([.. chosen[cluster], .. more], count);
        }

        return chosen;
    }

    static ScoredTarget[] Best(List<ScoredTarget> pool, int count) =>
        [.. pool.OrderByDescending(found => found.Product).ThenBy(found => found.Target).Take(count)];
}
