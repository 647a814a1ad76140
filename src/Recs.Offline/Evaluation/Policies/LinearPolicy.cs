using Recs.Matching.Bandits;

namespace Recs.Offline.Evaluation.Policies;

/// <summary>lin-ucb, lin-ts and hier-lin-ucb: one ridge regression per arm over the dense context.</summary>
/// <remarks>
/// The Thompson form draws the arm's predicted reward from its own posterior, independently per arm.
/// hier-lin-ucb solves the pooled regression anew every <see cref="PooledRounds"/> feedbacks.
/// </remarks>
sealed class LinearPolicy : IBanditPolicy
{
    const int PooledRounds = 50;

    readonly PolicySettings _settings;
    readonly int _dimensions;
    readonly double[] _inverses;
    readonly double[] _moments;
    readonly double[] _coefficients;
    readonly double[] _pooledInverse;
    readonly double[] _pooledMoments;
    readonly double[] _pooled;
    readonly double[] _scratch;
    int _feedbacks;

    public LinearPolicy(PolicySettings settings, PolicyShape shape)
    {
        _settings = settings;
        _dimensions = shape.Dimensions;
        var square = _dimensions * _dimensions;
        _inverses = new double[shape.Arms * square];
        _moments = new double[shape.Arms * _dimensions];
        _coefficients = new double[shape.Arms * _dimensions];
        _pooledInverse = new double[square];
        _pooledMoments = new double[_dimensions];
        _pooled = new double[_dimensions];
        _scratch = new double[_dimensions];
        LinUcb.Reset(_pooledInverse, _dimensions, 1);
        for (var arm = 0; arm < shape.Arms; arm++)
        {
            LinUcb.Reset(InverseOf(arm), _dimensions, settings.Ridge);
        }
    }

    bool Pools => _settings.Kind is PolicyKind.HierLinUcb;

    /// <inheritdoc/>
    public Decision Choose(BanditContext context, ReadOnlySpan<int> arms, int round, SeededRandom chance)
    {
        var best = new BestArm();
        foreach (var arm in arms)
        {
            var mean = LinUcb.Dot(context.Features, _coefficients.AsSpan(arm * _dimensions, _dimensions));
            var belief = new Belief(mean, LinUcb.Variance(InverseOf(arm), context.Features));
            var width = _settings.Exploration * (_settings.Kind is PolicyKind.LinTs ? chance.NextNormal() : 1);
            best.Offer(arm, belief.At(width), chance);
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
        LinUcb.Add(InverseOf(decision.Arm), decision.Context.Features, _scratch);
        if (Pools)
        {
            LinUcb.Add(_pooledInverse, decision.Context.Features, _scratch);
        }

        Solve(decision.Arm);
    }

    /// <inheritdoc/>
    public void Reward(in Decision decision, double reward)
    {
        Accumulate(_moments.AsSpan(decision.Arm * _dimensions, _dimensions), decision.Context.Features, reward);
        if (!Pools)
        {
            Solve(decision.Arm);
            return;
        }

        Accumulate(_pooledMoments, decision.Context.Features, reward);
        _feedbacks++;
        if (_feedbacks % PooledRounds != 0)
        {
            Solve(decision.Arm);
            return;
        }

        LinUcb.Solve(_pooledInverse, _pooledMoments, _pooled);
        for (var arm = 0; arm < _moments.Length / _dimensions; arm++)
        {
            Solve(arm);
        }
    }

    static void Accumulate(Span<double> moments, ReadOnlySpan<double> features, double reward)
    {
        for (var i = 0; i < features.Length; i++)
        {
            moments[i] += features[i] * reward;
        }
    }

    void Solve(int arm) => HierarchicalLinUcb.Coefficients(
        InverseOf(arm),
        _moments.AsSpan(arm * _dimensions, _dimensions),
        _pooled,
        Pools ? _settings.Ridge : 0,
        _coefficients.AsSpan(arm * _dimensions, _dimensions));

    Span<double> InverseOf(int arm) =>
        _inverses.AsSpan(arm * _dimensions * _dimensions, _dimensions * _dimensions);
}
