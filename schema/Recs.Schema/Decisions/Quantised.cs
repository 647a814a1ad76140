namespace Recs.Schema.Decisions;

/// <summary>
/// Weights, rewards and priors travel as 16-bit integers q standing for q / 65535, so that every learned statistic
/// is an exact integer sum whose value does not depend on order, batching or sharding.
/// </summary>
public static class Quantised
{
    /// <summary>The integer that stands for 1.</summary>
    public const int One = 65535;

    /// <summary>Nearest 16-bit value of a number in [0, 1]; outside it is clamped, NaN becomes 0.</summary>
    public static ushort From(double value) => value > 0 ? (ushort)Math.Min(Math.Round(value * One), One) : (ushort)0;

    /// <summary>The real number a 16-bit value stands for.</summary>
    public static double ToReal(ushort value) => value / (double)One;
}
