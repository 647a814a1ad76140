using Recs.Matching.Bandits;
using Recs.Neural.Networks;

namespace Recs.Offline.Evaluation.Policies;

/// <summary>
/// neural-ucb and neural-ts (Zhou, Li and Gu, ICML 2020; Zhang et al., ICLR 2021) with the diagonal of the design matrix, and
/// cn-ucb and cn-ts (arXiv 2306.00242) for a slate of one: cn-ts takes the best of ten draws for each arm.
/// </summary>
sealed class NeuralBoundPolicy(PolicySettings settings, PolicyShape shape) : IBanditPolicy, IDisposable
{
    const float Lambda = 1;
    const int OptimisticDraws = 10;

    readonly NeuralLearner _learner = new(settings, shape, isLogistic: false, isPerturbed: false);
    readonly float[] _headWeights = new float[shape.Arms];
    GradientDiagonal? _diagonal;

    /// <inheritdoc/>
    public Decision Choose(BanditContext context, ReadOnlySpan<int> arms, int round, SeededRandom chance)
    {
        _diagonal ??= new(_learner.Network.Shape);
        var heads = _learner.Predict(context);
        var best = new BestArm();
        foreach (var arm in arms)
        {
            var spread = Math.Sqrt(_diagonal.Variance(_learner.Network, _learner.Pass, Only(arm), Lambda));
            best.Offer(arm, heads[arm] + (settings.Exploration * Width(chance) * spread), chance);
        }

        return new(context, best.Arm, 0);
    }

    /// <inheritdoc/>
    public void Count(in Decision decision)
    {
        _ = _learner.Forward(decision.Context);
        _ = _diagonal!.Add(_learner.Network, _learner.Pass, Only(decision.Arm));
    }

    /// <inheritdoc/>
    public void Settle(in Decision decision) => _learner.Add(decision);

    /// <inheritdoc/>
    public void Reward(in Decision decision, double reward) => _learner.Reward(decision, reward);

    /// <inheritdoc/>
    public void Dispose()
    {
        _learner.Dispose();
        _diagonal?.Dispose();
    }

    float[] Only(int arm)
    {
        Array.Clear(_headWeights);
        _headWeights[arm] = 1;
        return _headWeights;
    }

    double Width(SeededRandom chance)
    {
        if (settings.Kind is PolicyKind.NeuralUcb or PolicyKind.CnUcb)
        {
            return 1;
        }

        var width = chance.NextNormal();
        for (var draw = 1; settings.Kind is PolicyKind.CnTs && draw < OptimisticDraws; draw++)
        {
            width = Math.Max(width, chance.NextNormal());
        }

        return width;
    }
}
