namespace Recs.Offline.Evaluation.Combinatorial;

/// <summary>
/// The synthetic world of arXiv:2306.00242: every round has N new arms, uniform on the unit sphere of d dimensions, whose
/// score is a function of the arm plus normal noise.
/// </summary>
/// <remarks>The hidden vector a is the same in all simulations, as in the released code; arms and noise follow from the seed.</remarks>
public sealed class SlateWorld
{
    const int HiddenSeed = 1000;
    const int HiddenPurpose = 0x68696464;
    const int ArmPurpose = 0x61726D73;
    const int NoisePurpose = 0x6E6F6973;
    const double CodedPi = 3.14;

    readonly ScoreFunction _function;
    readonly int _dimensions;
    readonly double _noise;
    readonly double[] _hidden;
    readonly float[] _features;
    readonly double[] _means;
    readonly double[] _scores;
    readonly SeededRandom _armChance;
    readonly SeededRandom _noiseChance;

    /// <summary>A world before its first round.</summary>
    /// <param name="function">The score function.</param>
    /// <param name="dimensions">Features d, at least 1.</param>
    /// <param name="arms">Arms N of a round.</param>
    /// <param name="noise">Standard deviation of the noise.</param>
    /// <param name="seed">Seed of arms and noise.</param>
    public SlateWorld(ScoreFunction function, int dimensions, int arms, double noise, int seed)
    {
        _function = function;
        _dimensions = dimensions;
        _noise = noise;
        _hidden = new double[dimensions];
        DrawUnit(SeededRandom.Of(HiddenSeed, HiddenPurpose), _hidden);
        _features = new float[arms * dimensions];
        _means = new double[arms];
        _scores = new double[arms];
        _armChance = SeededRandom.Of(seed, ArmPurpose);
        _noiseChance = SeededRandom.Of(seed, NoisePurpose);
    }

    /// <summary>This round's arms, shape [N, d], each of length 1.</summary>
    public ReadOnlySpan<float> Features => _features;

    /// <summary>Expected scores, shape [N].</summary>
    public ReadOnlySpan<double> Means => _means;

    /// <summary>Scores with this round's noise, shape [N].</summary>
    public ReadOnlySpan<double> Scores => _scores;

    /// <summary>Goes to the next round.</summary>
    public void Advance()
    {
        Span<double> arm = stackalloc double[_dimensions];
        for (var i = 0; i < _means.Length; i++)
        {
            DrawUnit(_armChance, arm);
            var product = 0.0;
            for (var j = 0; j < arm.Length; j++)
            {
                product += arm[j] * _hidden[j];
                _features[(i * _dimensions) + j] = (float)arm[j];
            }

            _means[i] = _function switch
            {
                ScoreFunction.Linear => product,
                ScoreFunction.Quadratic => product * product,
                _ => Math.Cos(CodedPi * product),
            };
            _scores[i] = _means[i] + (_noise * _noiseChance.NextNormal());
        }
    }

    /// <summary>What the best K arms give minus what a slate gives; 0 for the best slate, never below.</summary>
    /// <param name="values"><see cref="Means"/> or <see cref="Scores"/>.</param>
    /// <param name="slate">K distinct arms.</param>
    public static double Regret(ReadOnlySpan<double> values, ReadOnlySpan<int> slate)
    {
        Span<double> sorted = stackalloc double[values.Length];
        values.CopyTo(sorted);
        sorted.Sort();
        var best = 0.0;
        var played = 0.0;
        for (var position = 0; position < slate.Length; position++)
        {
            best += sorted[^(position + 1)];
            played += values[slate[position]];
        }

        return Math.Max(0, best - played);
    }

    static void DrawUnit(SeededRandom chance, Span<double> vector)
    {
        var square = 0.0;
        foreach (ref var value in vector)
        {
            value = chance.NextNormal();
            square += value * value;
        }

        var scale = 1 / Math.Sqrt(square);
        foreach (ref var value in vector)
        {
            value *= scale;
        }
    }
}
