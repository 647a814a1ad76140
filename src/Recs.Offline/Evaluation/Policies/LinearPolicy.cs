using Recs.Matching.Bandits;

namespace Recs.Offline.Evaluation.Policies;

/// <summary>lin-ucb and lin-ts: one ridge regression per arm over the dense context.</summary>
/// <remarks>The Thompson form draws each arm's predicted reward from its own posterior, independently per arm.</remarks>
sealed class LinearPolicy : IBanditPolicy
{
    readonly PolicySettings _settings;
    readonly ArmRegressions _regressions;

    public LinearPolicy(PolicySettings settings, PolicyShape shape)
    {
        _settings = settings;
        _regressions = new(shape.Arms, shape.Dimensions);
        _regressions.Reset(settings.Ridge);
    }

    /// <inheritdoc/>
    public Decision Choose(BanditContext context, ReadOnlySpan<int> arms, int round, SeededRandom chance)
    {
        var best = new BestArm();
        foreach (var arm in arms)
        {
            var width = _settings.Exploration * (_settings.Kind is PolicyKind.LinTs ? chance.NextNormal() : 1);
            best.Offer(arm, _regressions.BeliefOf(arm, context.Features).At(width), chance);
        }

        return new(context, best.Arm, 0);
    }

    /// <summary>Does nothing: the regression has one matrix, which the mean and the interval share.</summary>
    public void Count(in Decision decision)
    {
    }

    /// <inheritdoc/>
    public void Settle(in Decision decision)
    {
        _regressions.AddContext(decision.Arm, decision.Context.Features);
        _regressions.Solve(decision.Arm);
    }

    /// <inheritdoc/>
    public void Reward(in Decision decision, double reward)
    {
        _regressions.AddReward(decision.Arm, decision.Context.Features, reward);
        _regressions.Solve(decision.Arm);
    }
}
