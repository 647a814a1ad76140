namespace Recs.Matching.Bandits;

/// <summary>Thompson sampling per item from Beta(1 + rewards, 1 + impressions − rewards), by its first two moments.</summary>
/// <remarks>
/// The draw is normal with the Beta's mean and a multiple of its standard deviation, so that rewards may be any number
/// in [0, 1] and the width can be tuned. Pure, O(1).
/// </remarks>
public static class BetaThompson
{
    /// <summary>Default width of the draw, in standard deviations.</summary>
    public const double DefaultWidth = 0.3;

    /// <summary>Mean and variance of the posterior.</summary>
    /// <param name="impressions">n ≥ 0.</param>
    /// <param name="rewards">Sum of rewards, each in [0, 1].</param>
    public static Belief Posterior(double impressions, double rewards)
    {
        var total = impressions + 2;
        var mean = (rewards + 1) / total;
        return new(mean, Math.Max(0, mean * (1 - mean)) / (total + 1));
    }
}
