namespace Recs.Offline.Evaluation.Policies;

/// <summary>squarecb and fastcb over one ridge regression per arm, γ = γ0·√t. The loss is 1 − the predicted reward.</summary>
sealed class LinearGapPolicy : IBanditPolicy
{
    readonly PolicySettings _settings;
    readonly ArmRegressions _regressions;

    public LinearGapPolicy(PolicySettings settings, PolicyShape shape)
    {
        _settings = settings;
        _regressions = new(shape.Arms, shape.Dimensions);
        _regressions.Reset(settings.Ridge);
    }

    /// <inheritdoc/>
    public Decision Choose(BanditContext context, ReadOnlySpan<int> arms, int round, SeededRandom chance)
    {
        var losses = new double[arms.Length];
        for (var i = 0; i < arms.Length; i++)
        {
            losses[i] = 1 - Math.Clamp(_regressions.BeliefOf(arms[i], context.Features).Mean, 0, 1);
        }

        var chosen = GapWeighting.Draw(_settings.Kind, losses, _settings.Exploration * Math.Sqrt(round), chance);
        return new(context, arms[chosen], 0);
    }

    /// <summary>Does nothing: there is no interval.</summary>
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
