using System.Numerics.Tensors;

namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>The percentile bootstrap (Efron 1979): units are drawn with replacement, estimates sorted, quantiles taken.</summary>
/// <remarks>
/// Every estimator sees the same draws, so that their intervals can be compared. The reward model is not fitted again, so its
/// own uncertainty is not in the interval. With few rewards that carry most of the weight it is too narrow.
/// </remarks>
public static class Bootstrap
{
    const int Purpose = 0x626F6F74;

    /// <summary>The intervals of several estimators of the same n units. O(resamples · n · estimators).</summary>
    /// <param name="estimators">At least one; each with the same number of units.</param>
    /// <param name="resamples">How often to draw, at least 2.</param>
    /// <param name="confidence">In (0, 1).</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <returns>One interval for each; ends are not numbers where no resample had an estimate.</returns>
    public static Bounds[] Intervals(IReadOnlyList<Contributions> estimators, int resamples, double confidence, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 2);
        var units = estimators[0].Count;
        var chance = SeededRandom.Of(seed, Purpose);
        var counts = new double[units];
        var estimates = new double[estimators.Count][];
        for (var e = 0; e < estimates.Length; e++)
        {
            estimates[e] = new double[resamples];
        }

        for (var resample = 0; resample < resamples; resample++)
        {
            Array.Clear(counts);
            for (var draw = 0; draw < units; draw++)
            {
                counts[chance.NextIndex(units)]++;
            }

            for (var e = 0; e < estimates.Length; e++)
            {
                estimates[e][resample] = Estimate(estimators[e], counts);
            }
        }

        return [.. estimates.Select(values => Percentiles(values, confidence))];
    }

    static double Estimate(Contributions contributions, double[] counts)
    {
        var plain = TensorPrimitives.Dot<double>(counts, contributions.Plain) / contributions.Count;
        return contributions.IsAverage
            ? plain
            : plain + (TensorPrimitives.Dot<double>(counts, contributions.Numerators)
                / TensorPrimitives.Dot<double>(counts, contributions.Denominators));
    }

    static Bounds Percentiles(double[] estimates, double confidence)
    {
        var sorted = estimates.Where(double.IsFinite).Order().ToArray();
        return sorted.Length == 0
            ? new(double.NaN, double.NaN)
            : new(Quantile(sorted, (1 - confidence) / 2), Quantile(sorted, (1 + confidence) / 2));
    }

    static double Quantile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
