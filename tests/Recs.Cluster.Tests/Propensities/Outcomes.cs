using MathNet.Numerics.Distributions;

namespace Recs.Cluster.Tests.Propensities;

/// <summary>What came of many equal requests: each slate that came, how often, and how probable the answers called it.</summary>
sealed class Outcomes
{
    const double ExpectedMin = 5;

    readonly Dictionary<string, (long Count, double Propensity, double Spread)> _outcomes = new(StringComparer.Ordinal);

    /// <summary>Slates drawn.</summary>
    public long Draws { get; private set; }

    /// <summary>Different slates that came.</summary>
    public int Distinct => _outcomes.Count;

    /// <summary>Sum of the propensities of all that came.</summary>
    public double Sum => _outcomes.Values.Sum(outcome => outcome.Propensity);

    /// <summary>Probability of the slates that have not come, by Good and Turing's estimate: the share of those that came once.</summary>
    public double Unseen => Singles / (double)Draws;

    /// <summary>
    /// By how much more may not have come: three standard errors of <see cref="Unseen"/>, and what a single slate may have that fails to come
    /// in one of a million tests, (1 − p)^n = 1e-6.
    /// </summary>
    public double UnseenError => ((3 * Math.Sqrt(2.0 * Singles)) + Math.Log(1e6)) / Draws;

    /// <summary>Largest relative difference between two answers about one slate.</summary>
    public double Spread => _outcomes.Values.Max(outcome => outcome.Spread);

    int Singles => _outcomes.Values.Count(outcome => outcome.Count == 1);

    /// <summary>Adds a slate.</summary>
    /// <param name="slate">Its items in order.</param>
    /// <param name="propensity">Product of their propensities.</param>
    public void Add(string slate, double propensity)
    {
        Draws++;
        _outcomes[slate] = _outcomes.TryGetValue(slate, out var known)
            ? (known.Count + 1, known.Propensity, Math.Max(known.Spread, Math.Abs((propensity / known.Propensity) - 1)))
            : (1, propensity, 0);
    }

    /// <summary>
    /// Pearson's chi-square test of the counts against the propensities; slates that are expected less than five times, and those
    /// that never came, are one cell.
    /// </summary>
    /// <returns>The probability of counts at least as far off, 1 where there is a single cell.</returns>
    public double PValue()
    {
        var (statistic, cells, restCount, restExpected) = (0.0, 0, Draws, (double)Draws);
        foreach (var (count, propensity, _) in _outcomes.Values)
        {
            var expected = propensity * Draws;
            if (expected >= ExpectedMin)
            {
                statistic += (count - expected) * (count - expected) / expected;
                cells++;
                restCount -= count;
                restExpected -= expected;
            }
        }

        if (restExpected >= ExpectedMin)
        {
            statistic += (restCount - restExpected) * (restCount - restExpected) / restExpected;
            cells++;
        }

        return cells < 2 ? 1 : 1 - ChiSquared.CDF(cells - 1, statistic);
    }
}
