using Recs.Matching.Bandits;

namespace Recs.Offline.Evaluation.Fresh;

/// <summary>What hier-ucb believes of every item and every edge, updated in batches as a silo's replicas are.</summary>
/// <remarks>Every cluster has an edge to every item: what is studied is exploration, not the pruning of the graph.</remarks>
sealed class FreshBelief
{
    readonly double[] _impressions = new double[FreshWorld.ItemCount];
    readonly double[] _residuals = new double[FreshWorld.ItemCount];
    readonly double[] _precisions = new double[FreshWorld.ItemCount * FreshWorld.ClusterCount];
    readonly double[] _weightSums = new double[FreshWorld.ItemCount * FreshWorld.ClusterCount];
    readonly double[] _edgeResiduals = new double[FreshWorld.ItemCount * FreshWorld.ClusterCount];
    readonly List<Shown> _pending = [];
    CalibratedPrior _prior = CalibratedPrior.Initial;

    /// <summary>π of an affinity.</summary>
    public double PriorOf(double affinity) => _prior.At(affinity);

    /// <summary>Mean and standard deviation of the belief about an item for a request of these clusters.</summary>
    public (double Mean, double Spread) Of(int item, double affinity, ReadOnlySpan<int> clusters, ReadOnlySpan<double> weights)
    {
        Span<double> precisions = stackalloc double[clusters.Length];
        Span<double> sums = stackalloc double[clusters.Length];
        Span<double> residuals = stackalloc double[clusters.Length];
        for (var k = 0; k < clusters.Length; k++)
        {
            var edge = (item * FreshWorld.ClusterCount) + clusters[k];
            (precisions[k], sums[k], residuals[k]) = (_precisions[edge], _weightSums[edge], _edgeResiduals[edge]);
        }

        var effect = HierarchicalUcb.ItemEffect(_impressions[item], _residuals[item], HierarchicalUcb.DefaultItemShrinkage);
        var mean = PriorOf(affinity) + effect
            + HierarchicalUcb.EdgeEffect(weights, precisions, sums, residuals, effect, HierarchicalUcb.DefaultEdgeShrinkage);
        var variance = HierarchicalUcb.Variance(
            mean, _impressions[item], weights, precisions, HierarchicalUcb.DefaultEdgeShrinkage, HierarchicalUcb.DefaultItemShrinkage);
        return (mean, Math.Sqrt(variance));
    }

    /// <summary>An item was shown; the belief knows it from the next <see cref="Refresh"/> on.</summary>
    public void Add(int item, double affinity, int[] clusters, double[] weights, bool clicked) =>
        _pending.Add(new(item, affinity, PriorOf(affinity), clusters, weights, clicked ? 1 : 0));

    /// <summary>Takes in what was shown since the last one.</summary>
    public void Refresh()
    {
        foreach (var (item, affinity, prior, clusters, weights, reward) in _pending)
        {
            _prior = _prior.Shown(affinity).Rewarded(affinity, reward);
            _impressions[item]++;
            _residuals[item] += reward - prior;
            for (var k = 0; k < clusters.Length; k++)
            {
                var edge = (item * FreshWorld.ClusterCount) + clusters[k];
                _precisions[edge] += weights[k] * weights[k];
                _weightSums[edge] += weights[k];
                _edgeResiduals[edge] += weights[k] * (reward - prior);
            }
        }

        _pending.Clear();
    }

    readonly record struct Shown(int Item, double Affinity, double Prior, int[] Clusters, double[] Weights, double Reward);
}
