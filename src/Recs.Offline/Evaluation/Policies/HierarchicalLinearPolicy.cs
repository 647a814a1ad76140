using Recs.Matching.Bandits;

namespace Recs.Offline.Evaluation.Policies;

/// <summary>
/// hier-lin-ucb: regressions per arm shrunk to one pooled over all arms and, unless switched off, what each edge earned
/// above its regression.
/// </summary>
/// <remarks>The pooled regression is solved anew every <see cref="PooledRewards"/> feedbacks.</remarks>
sealed class HierarchicalLinearPolicy : IBanditPolicy
{
    const int PooledRewards = 50;
    const int PooledRow = 0;

    readonly PolicySettings _settings;
    readonly PolicyShape _shape;
    readonly ArmRegressions _regressions;
    readonly ArmRegressions _pooled;
    readonly double[] _precisions;
    readonly double[] _residuals;
    int _rewards;

    public HierarchicalLinearPolicy(PolicySettings settings, PolicyShape shape)
    {
        _settings = settings;
        _shape = shape;
        _regressions = new(shape.Arms, shape.Dimensions);
        _regressions.Reset(settings.Ridge);
        _pooled = new(1, shape.Dimensions);
        _pooled.Reset(1);
        _precisions = new double[settings.EdgeLayer ? shape.Clusters * shape.Arms : 0];
        _residuals = new double[_precisions.Length];
    }

    /// <inheritdoc/>
    public Decision Choose(BanditContext context, ReadOnlySpan<int> arms, int round, SeededRandom chance)
    {
        var best = new BestArm();
        var bestPrediction = 0.0;
        foreach (var arm in arms)
        {
            var linear = _regressions.BeliefOf(arm, context.Features);
            var belief = _settings.EdgeLayer ? WithEdges(context, arm, linear) : linear;
            best.Offer(arm, belief.At(_settings.Exploration), chance);
            bestPrediction = best.Arm == arm ? linear.Mean : bestPrediction;
        }

        return new(context, best.Arm, Math.Clamp(bestPrediction, 0, 1));
    }

    /// <summary>Does nothing: mean and interval share their statistics.</summary>
    public void Count(in Decision decision)
    {
    }

    /// <inheritdoc/>
    public void Settle(in Decision decision)
    {
        var context = decision.Context;
        _regressions.AddContext(decision.Arm, context.Features);
        _pooled.AddContext(PooledRow, context.Features);
        AddToEdges(decision, -decision.Prior, _residuals, squared: false);
        AddToEdges(decision, 1, _precisions, squared: true);
        SolveArm(decision.Arm);
    }

    /// <inheritdoc/>
    public void Reward(in Decision decision, double reward)
    {
        _regressions.AddReward(decision.Arm, decision.Context.Features, reward);
        _pooled.AddReward(PooledRow, decision.Context.Features, reward);
        AddToEdges(decision, reward, _residuals, squared: false);
        _rewards++;
        if (_rewards % PooledRewards != 0)
        {
            SolveArm(decision.Arm);
            return;
        }

        _pooled.Solve(PooledRow);
        for (var arm = 0; arm < _regressions.Count; arm++)
        {
            SolveArm(arm);
        }
    }

    Belief WithEdges(BanditContext context, int arm, Belief linear)
    {
        var clusters = context.Clusters;
        Span<double> weights = stackalloc double[clusters.Length];
        Span<double> precisions = stackalloc double[clusters.Length];
        Span<double> residuals = stackalloc double[clusters.Length];
        var matched = 0;
        for (var k = 0; k < clusters.Length; k++)
        {
            if (_shape.HasEdge(clusters[k], arm))
            {
                var edge = (clusters[k] * _shape.Arms) + arm;
                weights[matched] = context.Weights[k];
                precisions[matched] = _precisions[edge] + _settings.EdgeShrinkage;
                residuals[matched++] = _residuals[edge];
            }
        }

        return HierarchicalLinUcb.WithEdges(linear, weights[..matched], precisions[..matched], residuals[..matched]);
    }

    void AddToEdges(in Decision decision, double amount, double[] sums, bool squared)
    {
        var context = decision.Context;
        for (var k = 0; _settings.EdgeLayer && k < context.Clusters.Length; k++)
        {
            if (_shape.HasEdge(context.Clusters[k], decision.Arm))
            {
                var weight = context.Weights[k];
                sums[(context.Clusters[k] * _shape.Arms) + decision.Arm] += amount * (squared ? weight * weight : weight);
            }
        }
    }

    void SolveArm(int arm) => _regressions.Solve(arm, _pooled.CoefficientsOf(PooledRow), _settings.Ridge);
}
