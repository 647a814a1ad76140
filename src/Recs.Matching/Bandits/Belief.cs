namespace Recs.Matching.Bandits;

/// <summary>What a policy believes about one item for one context.</summary>
/// <param name="Mean">Expected reward, in reward units.</param>
/// <param name="Variance">Squared width of the confidence interval before the policy's α or draw, ≥ 0.</param>
public readonly record struct Belief(double Mean, double Variance)
{
    /// <summary>The mean plus <paramref name="width"/> standard deviations; a width drawn from N(0, σ²) makes it Thompson sampling.</summary>
    public double At(double width) => Mean + (width * Math.Sqrt(Variance));
}
