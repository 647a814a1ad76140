using Recs.Matching.Numerics;

namespace Recs.Neural.Combinatorial;

/// <summary>
/// CN-UCB and CN-TS: a network scores the arms, the covariance of its gradients says how unsure each score is, and the K
/// arms of the largest optimistic score are played.
/// </summary>
/// <remarks>
/// Hwang, Chai and Oh, Combinatorial Neural Bandits, ICML 2023 (arXiv:2306.00242), algorithms 1 and 2. Not thread-safe.
/// Choosing and learning allocate nothing with <see cref="CovarianceForm.Diagonal"/> and <see cref="CovarianceForm.Gram"/>.
/// </remarks>
public sealed class NeuralSlatePolicy : ISlatePolicy
{
    readonly SlatePolicyOptions _options;
    readonly ScoreNetwork _network;
    readonly ScoreTraining _training;
    readonly ArmGradients _gradients;
    readonly IGradientCovariance _covariance;
    readonly float[] _scores;
    readonly float[] _widths;
    readonly int[] _slate;
    Rng _rng;
    int _round;

    /// <summary>A policy that has seen nothing.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="seed">Seed of the start of the network and of the draws.</param>
    /// <exception cref="ArgumentOutOfRangeException">K is not 1 to N, or M is below 1.</exception>
    public NeuralSlatePolicy(SlatePolicyOptions options, ulong seed)
    {
        _options = SlatePolicyOptions.Checked(options);
        _rng = new(seed);
        _network = new(options.Dimensions, options.Width, options.Arms, _rng.Next());
        var pull = options.PullToStart ? options.Width * options.Ridge : 0;
        _training = new(_network, (options.TrainingWindow + 1) * options.SlateSize, options.TrainingRate, pull);
        _gradients = new(options.Arms, options.Dimensions, options.Width);
        _covariance = options.Covariance switch
        {
            CovarianceForm.Gram => new GramCovariance(
                options.Dimensions, options.Width, options.Arms, options.RoundsMax * options.SlateSize, options.Ridge),
            CovarianceForm.Woodbury => new WoodburyCovariance(
                _gradients.Length, options.Arms, options.SlateSize, options.Ridge, options.Parallelism),
            _ => new DiagonalCovariance(options.Dimensions, options.Width, options.Ridge),
        };
        _scores = new float[options.Arms];
        _widths = new float[options.Arms];
        _slate = new int[options.SlateSize];
    }

    /// <inheritdoc/>
    public void Choose(ReadOnlySpan<float> features, Span<int> slate)
    {
        for (var arm = 0; arm < _options.Arms; arm++)
        {
            features.Slice(arm * _options.Dimensions, _options.Dimensions).CopyTo(_gradients.Inputs.Row(arm));
        }

        _network.Score(_gradients, _scores);
        _covariance.Measure(_gradients, _widths);
        SlateScores.Explore(_scores, _widths, _options, ref _rng);
        SlateScores.Top(_scores, _slate);
        _slate.CopyTo(slate);
    }

    /// <inheritdoc/>
    public void Learn(ReadOnlySpan<float> scores)
    {
        for (var position = 0; position < _slate.Length; position++)
        {
            _training.Add(_gradients.Inputs.Row(_slate[position]), scores[position]);
        }

        if (_round % _options.TrainingPeriod == 0)
        {
            _training.Descend(_options.TrainingSteps);
        }

        _covariance.Add(_slate);
        _round++;
    }

    /// <inheritdoc/>
    public void Dispose() => _covariance.Dispose();
}
