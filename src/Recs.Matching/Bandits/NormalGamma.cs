using Recs.Matching.Numerics;

namespace Recs.Matching.Bandits;

/// <summary>
/// Thompson sampling for rewards whose variance is unknown and differs by arm, such as watch time: a Normal–Gamma belief about
/// mean and precision. Zhu and Kveton's variance-adaptive form, arXiv 2303.09033.
/// </summary>
/// <param name="Mean">μ: the expected reward.</param>
/// <param name="Weight">κ &gt; 0: rewards that the mean is worth.</param>
/// <param name="Shape">α &gt; 0 of the precision's Gamma distribution.</param>
/// <param name="Rate">β &gt; 0 of it.</param>
public readonly record struct NormalGamma(double Mean, double Weight, double Shape, double Rate)
{
    /// <summary>The belief before any reward: mean 0, worth one reward, α = β = 1.</summary>
    public static NormalGamma Prior { get; } = new(0, 1, 1, 1);

    /// <summary>
    /// The belief before any reward when rewards lie in [0, 1]: that of beta-ts, Beta(1, 1), by its moments. The mean is ½ with
    /// variance 1/12, and a reward's expected variance is 1/6, that of a coin whose probability may be anything.
    /// </summary>
    public static NormalGamma UnitPrior { get; } = new(0.5, 2, 2, 1.0 / 6);

    /// <summary>
    /// Mean and variance of what is believed about the mean, μ and β/(κ(α − 1)). These two are exact: the belief itself is
    /// Student's t with 2α degrees of freedom, location μ and scale² β/(κα), and nearly normal from some ten rewards on.
    /// </summary>
    /// <remarks>The variance is infinite up to α = 1.</remarks>
    public Belief Marginal => new(Mean, Shape > 1 ? Rate / (Weight * (Shape - 1)) : double.PositiveInfinity);

    /// <summary>The belief after one more reward. O(1).</summary>
    /// <param name="reward">Finite.</param>
    public NormalGamma After(double reward)
    {
        var difference = reward - Mean;
        return new(
            ((Weight * Mean) + reward) / (Weight + 1),
            Weight + 1,
            Shape + 0.5,
            Rate + (Weight / (Weight + 1) * difference * difference / 2));
    }

    /// <summary>The belief after many more rewards, the same as after one after the other. O(1).</summary>
    /// <param name="count">n ≥ 0.</param>
    /// <param name="sum">Σ x of them, finite.</param>
    /// <param name="deviations">Σ (x − x̄)² of them, ≥ 0.</param>
    public NormalGamma After(double count, double sum, double deviations)
    {
        if (!(count > 0))
        {
            return this;
        }

        var weight = Weight + count;
        var difference = (sum / count) - Mean;
        return new(
            ((Weight * Mean) + sum) / weight,
            weight,
            Shape + (count / 2),
            Rate + (deviations / 2) + (Weight * count / weight * difference * difference / 2));
    }

    /// <summary>Draws a mean: a precision from Gamma(α, β), then N(μ, 1/(κ·precision)).</summary>
    public double Draw(ref Rng rng)
    {
        var precision = Gamma(Shape, ref rng) / Rate;
        return Mean + (rng.NextGaussian() / Math.Sqrt(Weight * precision));
    }

    /// <summary>A draw from Gamma(shape, 1). Marsaglia and Tsang, ACM TOMS 2000.</summary>
    static double Gamma(double shape, ref Rng rng)
    {
        if (shape < 1)
        {
            return Gamma(shape + 1, ref rng) * Math.Pow(1 - rng.NextDouble(), 1 / shape);
        }

        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = rng.NextGaussian();
            var v = 1 + (c * x);
            if (v > 0)
            {
                v = v * v * v;
                if (Math.Log(1 - rng.NextDouble()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
                {
                    return d * v;
                }
            }
        }
    }
}
