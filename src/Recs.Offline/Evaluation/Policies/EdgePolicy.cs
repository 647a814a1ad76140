using Recs.Matching.Bandits;

namespace Recs.Offline.Evaluation.Policies;

/// <summary>diag-ucb and diag-ts: one precision and one reward sum per edge, prior precision 1.</summary>
sealed class EdgePolicy(PolicySettings settings, PolicyShape shape) : IBanditPolicy
{
    const double PriorPrecision = 1;

    readonly double[] _counted = new double[shape.Clusters * shape.Arms];
    readonly double[] _settled = new double[shape.Clusters * shape.Arms];
    readonly double[] _rewards = new double[shape.Clusters * shape.Arms];

    /// <inheritdoc/>
    public Decision Choose(BanditContext context, ReadOnlySpan<int> arms, int round, SeededRandom chance)
    {
        Span<double> weights = stackalloc double[context.Clusters.Length];
        Span<double> counted = stackalloc double[context.Clusters.Length];
        Span<double> settled = stackalloc double[context.Clusters.Length];
        Span<double> rewards = stackalloc double[context.Clusters.Length];
        var best = new BestArm();
        foreach (var arm in arms)
        {
            var matched = 0;
            var untouched = false;
            for (var k = 0; k < context.Clusters.Length; k++)
            {
                if (!shape.HasEdge(context.Clusters[k], arm))
                {
                    continue;
                }

                var edge = (context.Clusters[k] * shape.Arms) + arm;
                untouched |= _counted[edge] <= 0;
                weights[matched] = context.Weights[k];
                counted[matched] = PriorPrecision + _counted[edge];
                settled[matched] = PriorPrecision + _settled[edge];
                rewards[matched++] = _rewards[edge];
            }

            var belief = new Belief(
                DiagLinUcb.Mean(weights[..matched], settled[..matched], rewards[..matched]),
                DiagLinUcb.Variance(weights[..matched], counted[..matched]));
            best.Offer(arm, Score(belief, matched, untouched, chance), chance);
        }

        return new(context, best.Arm, 0);
    }

    /// <inheritdoc/>
    public void Count(in Decision decision) => AddPrecision(decision, _counted);

    /// <inheritdoc/>
    public void Settle(in Decision decision) => AddPrecision(decision, _settled);

    /// <inheritdoc/>
    public void Reward(in Decision decision, double reward)
    {
        var context = decision.Context;
        for (var k = 0; k < context.Clusters.Length; k++)
        {
            if (shape.HasEdge(context.Clusters[k], decision.Arm))
            {
                _rewards[(context.Clusters[k] * shape.Arms) + decision.Arm] += context.Weights[k] * reward;
            }
        }
    }

    void AddPrecision(in Decision decision, double[] precisions)
    {
        var context = decision.Context;
        for (var k = 0; k < context.Clusters.Length; k++)
        {
            if (shape.HasEdge(context.Clusters[k], decision.Arm))
            {
                precisions[(context.Clusters[k] * shape.Arms) + decision.Arm] += context.Weights[k] * context.Weights[k];
            }
        }
    }

    double Score(Belief belief, int matched, bool untouched, SeededRandom chance)
    {
        if (untouched && settings.InfiniteUnexplored)
        {
            return double.PositiveInfinity;
        }

        var width = settings.Kind is PolicyKind.DiagTs
            ? settings.Exploration * chance.NextNormal()
            : settings.Exploration;
        return belief.At(width) / (settings.Normalise ? Math.Max(1, matched) : 1);
    }
}
