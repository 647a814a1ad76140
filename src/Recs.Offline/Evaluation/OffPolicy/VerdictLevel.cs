namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>Whether an off-policy estimate may be acted on.</summary>
public enum VerdictLevel
{
    /// <summary>The log covers the target well.</summary>
    Trust,

    /// <summary>Usable with its interval in mind; not alone the ground for a promotion.</summary>
    Care,

    /// <summary>The log cannot tell this target's value; the interval may be wrong too.</summary>
    Distrust,
}
