using Recs.Matching.Bandits;

namespace Recs.Offline.Evaluation.Policies;

/// <summary>The policies that know arms but no context: uniform, popular, epsilon-greedy, ucb1, beta-ts, var-ts.</summary>
/// <remarks>Popular and epsilon-greedy rank by the smoothed mean (R + 1)/(n + 2).</remarks>
sealed class ItemPolicy(PolicySettings settings, PolicyShape shape) : IBanditPolicy
{
    readonly double[] _counted = new double[shape.Arms];
    readonly double[] _settled = new double[shape.Arms];
    readonly double[] _rewards = new double[shape.Arms];
    readonly double[] _squares = new double[shape.Arms];

    /// <inheritdoc/>
    public Decision Choose(BanditContext context, ReadOnlySpan<int> arms, int round, SeededRandom chance)
    {
        var explore = settings.Kind is PolicyKind.Uniform
            || (settings.Kind is PolicyKind.EpsilonGreedy && chance.NextDouble() < settings.Exploration);
        if (explore)
        {
            return new(context, arms[chance.NextIndex(arms.Length)], 0);
        }

        var best = new BestArm();
        foreach (var arm in arms)
        {
            best.Offer(arm, Score(arm, round, chance), chance);
        }

        return new(context, best.Arm, 0);
    }

    /// <inheritdoc/>
    public void Count(in Decision decision) => _counted[decision.Arm]++;

    /// <inheritdoc/>
    public void Settle(in Decision decision) => _settled[decision.Arm]++;

    /// <inheritdoc/>
    public void Reward(in Decision decision, double reward)
    {
        _rewards[decision.Arm] += reward;
        _squares[decision.Arm] += reward * reward;
    }

    double Score(int arm, int round, SeededRandom chance)
    {
        var posterior = BetaThompson.Posterior(_settled[arm], _rewards[arm]);
        return settings.Kind switch
        {
            PolicyKind.Ucb1 => UpperBound(arm, round),
            PolicyKind.BetaTs => posterior.At(settings.Exploration * chance.NextNormal()),
            PolicyKind.VarTs => VarianceAdaptive(arm).At(settings.Exploration * chance.NextNormal()),
            _ => posterior.Mean,
        };
    }

    /// <summary>As it is served: the moments of Student's t, drawn as a Gaussian.</summary>
    Belief VarianceAdaptive(int arm)
    {
        var (count, sum) = (_settled[arm], Math.Clamp(_rewards[arm], 0, _settled[arm]));
        var deviations = count > 0 ? Math.Max(0, _squares[arm] - (sum * sum / count)) : 0;
        return NormalGamma.UnitPrior.After(count, sum, deviations).Marginal;
    }

    double UpperBound(int arm, int round)
    {
        var interval = Ucb1.Score(_counted[arm], 0, round, settings.Exploration);
        return interval + (_rewards[arm] / Math.Max(1, _settled[arm]));
    }
}
