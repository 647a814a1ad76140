namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>One pass of a policy over a uniformly logged file.</summary>
/// <param name="Rows">Rows of the log.</param>
/// <param name="Kept">Rows whose logged action was the policy's choice.</param>
/// <param name="Reward">Sum of the rewards of the kept rows, each in [0, 1].</param>
public sealed record ReplayOutcome(int Rows, int Kept, double Reward)
{
    const double Quantile = 1.959963984540054;

    /// <summary>Mean reward of the kept rows; not a number if none was kept.</summary>
    public double Value => Reward / Kept;

    /// <summary>
    /// The 95 % interval of Wilson (1927) for <paramref name="kept"/> rows with this mean; rewards inside (0, 1) vary less than
    /// it assumes.
    /// </summary>
    /// <param name="mean">Mean reward in [0, 1].</param>
    /// <param name="kept">Number of rows; not necessarily whole.</param>
    public static Bounds Wilson(double mean, double kept)
    {
        if (!(kept > 0))
        {
            return new(0, 1);
        }

        var shrink = 1 + (Quantile * Quantile / kept);
        var centre = (mean + (Quantile * Quantile / (2 * kept))) / shrink;
        var half = Quantile * Math.Sqrt((mean * (1 - mean) / kept) + (Quantile * Quantile / (4 * kept * kept))) / shrink;
        return new(Math.Max(0, centre - half), Math.Min(1, centre + half));
    }
}
