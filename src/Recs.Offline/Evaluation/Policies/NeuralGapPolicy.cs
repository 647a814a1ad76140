using Recs.Matching.Bandits;

namespace Recs.Offline.Evaluation.Policies;

/// <summary>
/// neu-square-cb, neu-fast-cb and capped-igw: inverse gap weighting over a network's predicted losses, γ = γ0·√t.
/// neu-fast-cb learns by cross-entropy, the others by the square loss. arXiv 2312.07145 and 2302.08551.
/// </summary>
sealed class NeuralGapPolicy(PolicySettings settings, PolicyShape shape) : IBanditPolicy, IDisposable
{
    readonly NeuralLearner _learner = new(
        settings, shape, isLogistic: settings.Kind is PolicyKind.NeuFastCb, isPerturbed: settings.Kind is not PolicyKind.CappedIgw);

    /// <inheritdoc/>
    public Decision Choose(BanditContext context, ReadOnlySpan<int> arms, int round, SeededRandom chance)
    {
        var heads = _learner.Predict(context);
        Span<double> losses = arms.Length <= 64 ? stackalloc double[arms.Length] : new double[arms.Length];
        for (var i = 0; i < arms.Length; i++)
        {
            losses[i] = 1 - _learner.RewardOf(heads[arms[i]]);
        }

        return new(context, arms[GapWeighting.Draw(settings.Kind, losses, settings.Exploration * Math.Sqrt(round), chance)], 0);
    }

    /// <summary>Does nothing: there is no interval.</summary>
    public void Count(in Decision decision)
    {
    }

    /// <inheritdoc/>
    public void Settle(in Decision decision) => _learner.Add(decision);

    /// <inheritdoc/>
    public void Reward(in Decision decision, double reward) => _learner.Reward(decision, reward);

    /// <inheritdoc/>
    public void Dispose() => _learner.Dispose();
}
