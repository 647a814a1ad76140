using System.Numerics.Tensors;

namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>Intervals by formula. All are O(n).</summary>
public static class ConcentrationBounds
{
    /// <summary>
    /// Estimate ± z·standard error; for ratios by the delta method. Right for large n; too narrow where a few rows carry the
    /// weight.
    /// </summary>
    /// <param name="contributions">At least 2.</param>
    /// <param name="confidence">In (0, 1).</param>
    public static Bounds Normal(Contributions contributions, double confidence)
    {
        var half = MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, (1 + confidence) / 2) * contributions.StandardError;
        return new(contributions.Estimate - half, contributions.Estimate + half);
    }

    /// <summary>
    /// Hoeffding's lower bound for the mean of values in [0, range]: mean − range·√(ln(1/δ)/(2n)); true with probability
    /// 1 − δ for every n, if the range is a bound on every possible value and not only on the seen ones.
    /// </summary>
    public static double HoeffdingLower(ReadOnlySpan<double> values, double range, double delta) =>
        Mean(values) - (range * Math.Sqrt(Math.Log(1 / delta) / (2.0 * values.Length)));

    /// <summary>
    /// The empirical Bernstein lower bound (Maurer and Pontil, COLT 2009) for the mean of values within an interval of length
    /// range: mean − 7·range·ln(2/δ)/(3(n − 1)) − √(2·ln(2/δ)·variance/(n − 1)), the variance with denominator n. True with
    /// probability 1 − δ for every n, if the range bounds every possible value.
    /// </summary>
    public static double BernsteinLower(ReadOnlySpan<double> values, double range, double delta) =>
        Mean(values) - BernsteinHalfWidth(values, range, delta);

    /// <summary>Both ends of the empirical Bernstein interval, each with half of the error probability.</summary>
    /// <param name="contributions">An average of at least 2; null is returned for a ratio, which has no such bound.</param>
    /// <param name="range">Length of an interval that holds every possible contribution.</param>
    /// <param name="confidence">In (0, 1).</param>
    public static Bounds? Bernstein(Contributions contributions, double range, double confidence)
    {
        if (!contributions.IsAverage)
        {
            return null;
        }

        var half = BernsteinHalfWidth(contributions.Plain, range, (1 - confidence) / 2);
        return new(contributions.Estimate - half, contributions.Estimate + half);
    }

    static double BernsteinHalfWidth(ReadOnlySpan<double> values, double range, double delta)
    {
        var mean = Mean(values);
        var squares = 0.0;
        foreach (var value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        var variance = squares / values.Length;
        var log = Math.Log(2 / delta);
        var free = values.Length - 1.0;
        return (7 * range * log / (3 * free)) + Math.Sqrt(2 * log * variance / free);
    }

    static double Mean(ReadOnlySpan<double> values) => TensorPrimitives.Sum(values) / values.Length;
}
