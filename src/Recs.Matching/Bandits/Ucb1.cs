namespace Recs.Matching.Bandits;

/// <summary>UCB1 per item, without context: mean + α·√(ln t / n).</summary>
/// <remarks>Auer, Cesa-Bianchi and Fischer 2002 have α = √2; here α is a setting to be tuned. Pure, O(1).</remarks>
public static class Ucb1
{
    /// <summary>Score of one item.</summary>
    /// <param name="impressions">n ≥ 0, impressions of the item; 0 gives +∞, so that every item is tried first.</param>
    /// <param name="rewards">Sum of the item's rewards, reward units.</param>
    /// <param name="round">t ≥ 1, the number of the current round.</param>
    /// <param name="alpha">α ≥ 0, in reward units.</param>
    public static double Score(double impressions, double rewards, double round, double alpha) =>
        impressions <= 0
            ? double.PositiveInfinity
            : (rewards / impressions) + (alpha * Math.Sqrt(Math.Log(Math.Max(1, round)) / impressions));
}
