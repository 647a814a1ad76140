using MathNet.Numerics.Distributions;

namespace Recs.Offline.Evaluation;

/// <summary>Mean of independent values with its 95 % interval by Student's t.</summary>
/// <param name="Mean">Arithmetic mean.</param>
/// <param name="Low">Lower end; the mean itself when there is one value.</param>
/// <param name="High">Upper end; the mean itself when there is one value.</param>
/// <param name="StandardError">Standard error of the mean; 0 when there is one value.</param>
public readonly record struct Interval(double Mean, double Low, double High, double StandardError)
{
    const double UpperQuantile = 0.975;

    /// <summary>The interval over <paramref name="values"/>, one per seed, at least one.</summary>
    public static Interval Of(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        if (values.Count < 2)
        {
            return new(mean, mean, mean, 0);
        }

        var variance = values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
        var standardError = Math.Sqrt(variance / values.Count);
        var half = StudentT.InvCDF(0, 1, values.Count - 1, UpperQuantile) * standardError;
        return new(mean, mean - half, mean + half, standardError);
    }
}
