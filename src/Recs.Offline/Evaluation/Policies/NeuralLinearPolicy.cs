namespace Recs.Offline.Evaluation.Policies;

/// <summary>
/// neural-linear: Thompson sampling from one Bayesian regression per arm over the last hidden layer (Riquelme, Tucker and Snoek,
/// ICLR 2018). The layer moves as the network learns, so the regressions are made anew from all examples now and then.
/// </summary>
sealed class NeuralLinearPolicy : IBanditPolicy, IDisposable
{
    const double Ridge = 1;
    const int RefitEvery = 500;

    readonly PolicySettings _settings;
    readonly NeuralLearner _learner;
    readonly ArmRegressions _regressions;
    readonly double[] _features;
    int _refitted;

    public NeuralLinearPolicy(PolicySettings settings, PolicyShape shape)
    {
        _settings = settings;
        _learner = new(settings, shape, isLogistic: false, isPerturbed: false);
        _regressions = new(shape.Arms, settings.Hidden + 1);
        _regressions.Reset(Ridge);
        _features = new double[settings.Hidden + 1];
    }

    /// <inheritdoc/>
    public Decision Choose(BanditContext context, ReadOnlySpan<int> arms, int round, SeededRandom chance)
    {
        _ = _learner.Predict(context);
        if (_learner.Examples.Count - _refitted >= RefitEvery)
        {
            Refit();
            _ = _learner.Forward(context);
        }

        Read();
        var best = new BestArm();
        foreach (var arm in arms)
        {
            best.Offer(arm, _regressions.BeliefOf(arm, _features).At(_settings.Exploration * chance.NextNormal()), chance);
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
        _learner.Add(decision);
        Take(decision.Context, decision.Arm, 0);
    }

    /// <inheritdoc/>
    public void Reward(in Decision decision, double reward)
    {
        _learner.Reward(decision, reward);
        _ = _learner.Forward(decision.Context);
        Read();
        _regressions.AddReward(decision.Arm, _features, reward);
        _regressions.Solve(decision.Arm);
    }

    /// <inheritdoc/>
    public void Dispose() => _learner.Dispose();

    void Refit()
    {
        _refitted = _learner.Examples.Count;
        _regressions.Reset(Ridge);
        _regressions.Forget();
        foreach (var (context, arm, reward) in _learner.Examples)
        {
            Take(context, arm, reward);
        }

        for (var arm = 0; arm < _regressions.Count; arm++)
        {
            _regressions.Solve(arm);
        }
    }

    void Take(BanditContext context, int arm, double reward)
    {
        _ = _learner.Forward(context);
        Read();
        _regressions.AddContext(arm, _features);
        if (reward != 0)
        {
            _regressions.AddReward(arm, _features, reward);
        }
    }

    void Read()
    {
        var hidden = _learner.Pass.Output(1, _settings.Hidden);
        for (var i = 0; i < hidden.Length; i++)
        {
            _features[i] = hidden[i];
        }

        _features[^1] = 1;
    }
}
