using Recs.Matching.Bandits;

namespace Recs.Offline.Evaluation.Policies;

/// <summary>hier-ucb and hier-ts: calibrated prior, item effect and edge effects.</summary>
/// <remarks>Where arms have no vectors every affinity is 0, so the prior is the learned base rate.</remarks>
sealed class HierarchicalPolicy(PolicySettings settings, PolicyShape shape) : IBanditPolicy
{
    readonly double[] _itemCounted = new double[shape.Arms];
    readonly double[] _itemSettled = new double[shape.Arms];
    readonly double[] _itemResidual = new double[shape.Arms];
    readonly EdgeSums[] _edges = new EdgeSums[shape.Clusters * shape.Arms];
    CalibratedPrior _prior = CalibratedPrior.Initial;

    /// <inheritdoc/>
    public Decision Choose(BanditContext context, ReadOnlySpan<int> arms, int round, SeededRandom chance)
    {
        var draws = settings.Kind is PolicyKind.HierTs;
        var best = new BestArm();
        var bestPrior = 0.0;
        foreach (var arm in arms)
        {
            var prior = _prior.At(context.AffinityOf(arm));
            var width = settings.Exploration * (draws ? chance.NextNormal() : 1);
            best.Offer(arm, BeliefOf(context, arm, prior).At(width), chance);
            bestPrior = best.Arm == arm ? prior : bestPrior;
        }

        return new(context, best.Arm, bestPrior);
    }

    /// <inheritdoc/>
    public void Count(in Decision decision)
    {
        _itemCounted[decision.Arm]++;
        var context = decision.Context;
        for (var k = 0; k < context.Clusters.Length; k++)
        {
            if (shape.HasEdge(context.Clusters[k], decision.Arm))
            {
                EdgeAt(context.Clusters[k], decision.Arm).Counted += context.Weights[k] * context.Weights[k];
            }
        }
    }

    /// <inheritdoc/>
    public void Settle(in Decision decision)
    {
        _itemSettled[decision.Arm]++;
        _itemResidual[decision.Arm] -= decision.Prior;
        var context = decision.Context;
        for (var k = 0; k < context.Clusters.Length; k++)
        {
            if (shape.HasEdge(context.Clusters[k], decision.Arm))
            {
                ref var edge = ref EdgeAt(context.Clusters[k], decision.Arm);
                edge.Settled += context.Weights[k] * context.Weights[k];
                edge.Weight += context.Weights[k];
                edge.Residual -= context.Weights[k] * decision.Prior;
            }
        }

        _prior = _prior.Shown(context.AffinityOf(decision.Arm));
    }

    /// <inheritdoc/>
    public void Reward(in Decision decision, double reward)
    {
        _itemResidual[decision.Arm] += reward;
        var context = decision.Context;
        for (var k = 0; k < context.Clusters.Length; k++)
        {
            if (shape.HasEdge(context.Clusters[k], decision.Arm))
            {
                EdgeAt(context.Clusters[k], decision.Arm).Residual += context.Weights[k] * reward;
            }
        }

        _prior = _prior.Rewarded(context.AffinityOf(decision.Arm), reward);
    }

    Belief BeliefOf(BanditContext context, int arm, double prior)
    {
        var clusters = context.Clusters;
        Span<double> weights = stackalloc double[clusters.Length];
        Span<double> counted = stackalloc double[clusters.Length];
        Span<double> settled = stackalloc double[clusters.Length];
        Span<double> weightSums = stackalloc double[clusters.Length];
        Span<double> residuals = stackalloc double[clusters.Length];
        var matched = 0;
        for (var k = 0; k < clusters.Length; k++)
        {
            if (shape.HasEdge(clusters[k], arm))
            {
                ref readonly var edge = ref EdgeAt(clusters[k], arm);
                weights[matched] = context.Weights[k];
                counted[matched] = edge.Counted;
                settled[matched] = edge.Settled;
                weightSums[matched] = edge.Weight;
                residuals[matched++] = edge.Residual;
            }
        }

        var effect = HierarchicalUcb.ItemEffect(_itemSettled[arm], _itemResidual[arm], settings.ItemShrinkage);
        var mean = prior + effect + HierarchicalUcb.EdgeEffect(
            weights[..matched], settled[..matched], weightSums[..matched], residuals[..matched], effect, settings.EdgeShrinkage);
        return new(mean, HierarchicalUcb.Variance(
            mean, _itemCounted[arm], weights[..matched], counted[..matched], settings.EdgeShrinkage, settings.ItemShrinkage));
    }

    ref EdgeSums EdgeAt(int cluster, int arm) => ref _edges[(cluster * shape.Arms) + arm];

    struct EdgeSums
    {
        public double Counted;
        public double Settled;
        public double Weight;
        public double Residual;
    }
}
