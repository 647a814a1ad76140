namespace Recs.Neural.Networks;

/// <summary>What became of a gradient.</summary>
public enum StepOutcome
{
    /// <summary>It was applied as it is.</summary>
    Applied,

    /// <summary>It was too long, scaled to the longest that is allowed, and applied.</summary>
    Clipped,

    /// <summary>It was not finite. Nothing was changed.</summary>
    Refused,
}
