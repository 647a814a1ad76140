using System.Numerics.Tensors;

namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>
/// What each of n independent units (rows or slates) adds to an estimate: mean(plain) + Σ numerators / Σ denominators.
/// </summary>
/// <remarks>An average has only the plain part. The ratio is what makes an estimator self-normalised.</remarks>
public sealed class Contributions
{
    /// <summary>An average.</summary>
    /// <param name="plain">Shape [n].</param>
    public Contributions(double[] plain)
    {
        Plain = plain;
    }

    /// <summary>An average plus a ratio.</summary>
    /// <param name="plain">Shape [n].</param>
    /// <param name="numerators">Shape [n].</param>
    /// <param name="denominators">Shape [n], ≥ 0.</param>
    public Contributions(double[] plain, double[] numerators, double[] denominators)
        : this(plain)
    {
        Numerators = numerators;
        Denominators = denominators;
    }

    /// <summary>The averaged part, shape [n].</summary>
    public double[] Plain { get; }

    /// <summary>The ratio's upper part, shape [n]; empty for an average.</summary>
    public double[] Numerators { get; } = [];

    /// <summary>The ratio's lower part, shape [n]; empty for an average.</summary>
    public double[] Denominators { get; } = [];

    /// <summary>Whether the estimate is the mean of <see cref="Plain"/>.</summary>
    public bool IsAverage => Numerators.Length == 0;

    /// <summary>n.</summary>
    public int Count => Plain.Length;

    /// <summary>The estimate; not a number if n is 0 or every denominator is 0.</summary>
    public double Estimate => IsAverage ? Mean(Plain) : Mean(Plain) + Ratio;

    /// <summary>
    /// Standard error: of the mean for an average, by the delta method otherwise: the deviation of the influences
    /// plain − mean + (numerator − ratio·denominator)/mean(denominator). Not a number for n &lt; 2.
    /// </summary>
    public double StandardError
    {
        get
        {
            var mean = Mean(Plain);
            var ratio = IsAverage ? 0 : Ratio;
            var scale = IsAverage ? 0 : 1 / Mean(Denominators);
            var squares = 0.0;
            for (var i = 0; i < Count; i++)
            {
                var influence = Plain[i] - mean;
                influence += IsAverage ? 0 : (Numerators[i] - (ratio * Denominators[i])) * scale;
                squares += influence * influence;
            }

            return Count < 2 ? double.NaN : Math.Sqrt(squares / (Count - 1.0) / Count);
        }
    }

    double Ratio => TensorPrimitives.Sum<double>(Numerators) / TensorPrimitives.Sum<double>(Denominators);

    /// <summary>Adds up the rows of each slate, so that slates are the independent units.</summary>
    /// <param name="slates">The slate of each row, 0 … <paramref name="slateCount"/> − 1, shape [n].</param>
    /// <param name="slateCount">Number of slates.</param>
    /// <exception cref="InvalidOperationException">A ratio is not the sum of its slates.</exception>
    public Contributions BySlate(ReadOnlySpan<int> slates, int slateCount)
    {
        if (!IsAverage)
        {
            throw new InvalidOperationException("only an average can be added up by slate");
        }

        var sums = new double[slateCount];
        for (var i = 0; i < slates.Length; i++)
        {
            sums[slates[i]] += Plain[i];
        }

        return new(sums);
    }

    static double Mean(double[] values) => TensorPrimitives.Sum<double>(values) / values.Length;
}
