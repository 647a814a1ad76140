using Recs.Matching.Bandits;
using Recs.Matching.Graph;

namespace Recs.Matching.Slates;

/// <summary>
/// The policies that know an item only by its own impressions and rewards, without context: the baselines, and what
/// serves a catalogue before its first model.
/// </summary>
/// <remarks>n: impressions, ≥ 0. R: sum of rewards in [0, 1]. Real numbers, not the quantised integers. Pure, no allocation.</remarks>
public static class ItemScores
{
    /// <summary>The score of one item under a per-item policy.</summary>
    /// <param name="policy">uniform, popular, epsilon-greedy, ucb1, beta-ts or var-ts.</param>
    /// <param name="item">The sums of the item.</param>
    /// <param name="totalCount">N: impressions of all items together.</param>
    /// <param name="totalRewards">Rewards of all items together.</param>
    /// <exception cref="ArgumentOutOfRangeException">The policy needs a context.</exception>
    public static ItemScore Of(SlatePolicy policy, in ItemTotals item, double totalCount, double totalRewards) =>
        policy.Kind switch
        {
            PolicyKind.Uniform => new(0, Mean(item.N, item.R), 0),
            PolicyKind.EpsilonGreedy => Certain(Mean(item.N, item.R)),
            PolicyKind.Popular => Certain(Popular(item.N, item.R, totalCount, totalRewards, policy.PopularShrinkage)),
            PolicyKind.Ucb1 => Ucb1(item.N, item.R, totalCount, policy.Alpha),
            PolicyKind.BetaTs => BetaTs(item.N, item.R),
            PolicyKind.VarTs => VarTs(item.Watch),
            _ => throw new ArgumentOutOfRangeException(nameof(policy), policy.Kind, "this policy scores edges, not items"),
        };

    /// <summary>R/n; 0 for an item never shown.</summary>
    public static float Mean(double count, double rewards) => count > 0 ? (float)(rewards / count) : 0;

    /// <summary>R/n + α·√(2·ln N / n); +∞ for n = 0. Auer et al., Machine Learning 2002 (there α = 1).</summary>
    public static ItemScore Ucb1(double count, double rewards, double totalCount, float alpha)
    {
        if (!(count > 0))
        {
            return new(float.PositiveInfinity, 0, float.PositiveInfinity);
        }

        var mean = rewards / count;
        var width = Math.Sqrt(2 * Math.Log(Math.Max(totalCount, 1)) / count);
        return new((float)(mean + (alpha * width)), (float)mean, (float)width);
    }

    /// <summary>
    /// Mean and standard deviation of Beta(1 + R, 1 + n − R), R held in [0, n]: the posterior of a Bernoulli reward
    /// under a uniform prior, matched by a Gaussian so that propensities are one-dimensional integrals.
    /// </summary>
    public static ItemScore BetaTs(double count, double rewards)
    {
        var a = 1 + Math.Clamp(rewards, 0, Math.Max(count, 0));
        var total = 2 + Math.Max(count, 0);
        var mean = a / total;
        return new((float)mean, (float)mean, (float)Math.Sqrt(mean * (1 - mean) / (total + 1)));
    }

    /// <summary>
    /// Mean and standard deviation of the belief about an item's watch reward: Normal–Gamma from
    /// <see cref="NormalGamma.UnitPrior"/>, Σ x held in [0, n]. An item that is always watched alike is soon certain, one that is
    /// watched to the end or not at all is as uncertain as under beta-ts.
    /// </summary>
    /// <remarks>
    /// The two moments are exact; the belief itself is Student's t with 4 + n degrees of freedom. What the sampler draws is the
    /// Gaussian of these moments, so propensities are one-dimensional integrals, exact for what is drawn, and the t's longer tail
    /// is what is given up: with 4 degrees, before any impression, 1.3 in a hundred draws of it lie beyond three of its standard
    /// deviations, of a Gaussian 0.3. Zhu and Kveton, arXiv 2303.09033, draw the t.
    /// </remarks>
    public static ItemScore VarTs(in WatchTotals watch)
    {
        var belief = NormalGamma.UnitPrior.After(watch.N, Math.Clamp(watch.Sum, 0, watch.N), watch.Deviations).Marginal;
        return new((float)belief.Mean, (float)belief.Mean, (float)Math.Sqrt(belief.Variance));
    }

    /// <summary>
    /// (R + s·R̄)/(n + s), R̄ the mean reward over all impressions: an item's mean, shrunk towards the population's.
    /// </summary>
    public static float Popular(double count, double rewards, double totalCount, double totalRewards, double shrinkage)
    {
        var weight = count + shrinkage;
        return weight > 0 ? (float)((rewards + (shrinkage * Mean(totalCount, totalRewards))) / weight) : 0;
    }

    static ItemScore Certain(float mean) => new(mean, mean, 0);
}
