namespace Recs.Offline.Evaluation.VowpalWabbit;

/// <summary>
/// Linear regressors of the square loss that learn online as Vowpal Wabbit's default does: adaptive, normalised and invariant to
/// the importance of an example. Karampatziakis and Langford (UAI 2011); Ross, Mineiro and Langford (UAI 2013).
/// </summary>
/// <remarks>
/// Several regressors share the scale of the data, the range of the labels and one table of weights, as they do there: with
/// more regressors more words fall on the same weight. Every feature has the value 1.
/// </remarks>
/// <param name="count">Number of regressors, a power of two.</param>
/// <param name="options">Size of the table and learning rate.</param>
public sealed class CostRegressors(int count, VowpalOptions options)
{
    const float SmallStep = 1e-6f;

    readonly float[] _weights = new float[1 << options.Bits];
    readonly float[] _squares = new float[1 << options.Bits];
    double _featureSum;
    double _weightSum;
    float _lowest;
    float _highest;

    /// <summary>⟨w, x⟩ of a regressor.</summary>
    public float Raw(int regressor, LoggedExample example)
    {
        var sum = 0f;
        foreach (var feature in example.Features)
        {
            sum += _weights[At(regressor, feature)];
        }

        return sum;
    }

    /// <summary>The same within the range of the labels seen so far; 0 is always in it.</summary>
    public float Predict(int regressor, LoggedExample example) => Math.Clamp(Raw(regressor, example), _lowest, _highest);

    /// <summary>Predicts, then learns one label.</summary>
    /// <param name="regressor">Which.</param>
    /// <param name="example">The features.</param>
    /// <param name="label">The label.</param>
    /// <param name="importance">Weight of the example.</param>
    /// <returns>The prediction before learning, not clamped, and clamped.</returns>
    public (float Raw, float Clamped) Learn(int regressor, LoggedExample example, float label, float importance)
    {
        (_lowest, _highest) = (Math.Min(_lowest, label), Math.Max(_highest, label));
        var raw = Raw(regressor, example);
        var prediction = Math.Clamp(raw, _lowest, _highest);
        if (prediction != label)
        {
            Step(regressor, example, label, importance, prediction);
        }

        return (raw, prediction);
    }

    int At(int regressor, uint feature) => (int)((feature * (uint)count) & ((1u << options.Bits) - 1)) + regressor;

    void Step(int regressor, LoggedExample example, float label, float importance, float prediction)
    {
        var gradient = 4 * (prediction - label) * (prediction - label) * importance;
        var perUpdate = 0f;
        foreach (var feature in example.Features)
        {
            ref var squares = ref _squares[At(regressor, feature)];
            squares += gradient;
            perUpdate += 1 / MathF.Sqrt(squares);
        }

        _featureSum += (double)importance * example.Features.Length;
        _weightSum += importance;
        var scale = (float)Math.Sqrt(_weightSum / _featureSum);
        perUpdate *= scale;
        var step = options.Rate * importance;
        var update = step * perUpdate < SmallStep
            ? 2 * (label - prediction) * step
            : (label - prediction) * (1 - MathF.Exp(-2 * step * perUpdate)) / perUpdate;
        foreach (var feature in example.Features)
        {
            var at = At(regressor, feature);
            _weights[at] += update * scale / MathF.Sqrt(_squares[at]);
        }
    }
}
