using Recs.Matching.Numerics;

namespace Recs.Neural.Combinatorial;

/// <summary>
/// CombLinUCB and CombLinTS: ridge regression on the features, Z = λI + Σ x xᵀ, and the K arms of the largest optimistic score.
/// </summary>
/// <remarks>
/// Wen, Kveton and Ashkan, ICML 2015 (arXiv:1406.7443). Thompson sampling draws every arm's score by itself, as the released
/// code of arXiv:2306.00242 does. Not thread-safe. Cost O((N + K)·d²) a round.
/// </remarks>
public sealed class LinearSlatePolicy : ISlatePolicy
{
    readonly SlatePolicyOptions _options;
    readonly double[] _inverse;
    readonly double[] _sum;
    readonly double[] _mean;
    readonly double[] _product;
    readonly float[] _features;
    readonly float[] _scores;
    readonly float[] _widths;
    readonly int[] _slate;
    Rng _rng;

    /// <summary>A policy that has seen nothing.</summary>
    /// <param name="options">Settings; those of the network are ignored.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <exception cref="ArgumentOutOfRangeException">K is not 1 to N, or M is below 1.</exception>
    public LinearSlatePolicy(SlatePolicyOptions options, ulong seed)
    {
        _options = SlatePolicyOptions.Checked(options);
        _rng = new(seed);
        var dimensions = options.Dimensions;
        _inverse = new double[dimensions * dimensions];
        _sum = new double[dimensions];
        _mean = new double[dimensions];
        _product = new double[dimensions];
        _features = new float[options.Arms * dimensions];
        _scores = new float[options.Arms];
        _widths = new float[options.Arms];
        _slate = new int[options.SlateSize];
        for (var i = 0; i < dimensions; i++)
        {
            _inverse[(i * dimensions) + i] = 1 / (double)options.Ridge;
            _mean[i] = options.LaggedMean ? (2 * _rng.NextDouble()) - 1 : 0;
        }
    }

    /// <inheritdoc/>
    public void Choose(ReadOnlySpan<float> features, Span<int> slate)
    {
        features.CopyTo(_features);
        for (var arm = 0; arm < _options.Arms; arm++)
        {
            var input = Input(arm);
            Multiply(input);
            var width = 0.0;
            var mean = 0.0;
            for (var i = 0; i < input.Length; i++)
            {
                width += input[i] * _product[i];
                mean += input[i] * _mean[i];
            }

            _widths[arm] = (float)width;
            _scores[arm] = (float)mean;
        }

        SlateScores.Explore(_scores, _widths, _options, ref _rng);
        SlateScores.Top(_scores, _slate);
        _slate.CopyTo(slate);
    }

    /// <inheritdoc/>
    public void Learn(ReadOnlySpan<float> scores)
    {
        if (_options.LaggedMean)
        {
            Regress();
        }

        for (var position = 0; position < _slate.Length; position++)
        {
            var input = Input(_slate[position]);
            Update(input);
            for (var i = 0; i < input.Length; i++)
            {
                _sum[i] += scores[position] * input[i];
            }
        }

        if (!_options.LaggedMean)
        {
            Regress();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing but arrays.
    }

    ReadOnlySpan<float> Input(int arm) => _features.AsSpan(arm * _options.Dimensions, _options.Dimensions);

    // Sherman and Morrison.
    void Update(ReadOnlySpan<float> input)
    {
        Multiply(input);
        var scale = 1.0;
        for (var i = 0; i < input.Length; i++)
        {
            scale += input[i] * _product[i];
        }

        for (var i = 0; i < input.Length; i++)
        {
            var factor = _product[i] / scale;
            var row = _inverse.AsSpan(i * input.Length, input.Length);
            for (var j = 0; j < row.Length; j++)
            {
                row[j] -= factor * _product[j];
            }
        }
    }

    void Multiply(ReadOnlySpan<float> input)
    {
        for (var i = 0; i < input.Length; i++)
        {
            var row = _inverse.AsSpan(i * input.Length, input.Length);
            var sum = 0.0;
            for (var j = 0; j < row.Length; j++)
            {
                sum += row[j] * input[j];
            }

            _product[i] = sum;
        }
    }

    void Regress()
    {
        for (var i = 0; i < _mean.Length; i++)
        {
            var row = _inverse.AsSpan(i * _mean.Length, _mean.Length);
            var sum = 0.0;
            for (var j = 0; j < row.Length; j++)
            {
                sum += row[j] * _sum[j];
            }

            _mean[i] = sum;
        }
    }
}
