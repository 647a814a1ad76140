namespace Recs.Neural.Online;

/// <summary>How often a viewer is met before a row is kept for it.</summary>
public enum AdmissionKind
{
    /// <summary>Once.</summary>
    Open,

    /// <summary>A number of times within sliding windows of a day.</summary>
    Counted,

    /// <summary>By chance, so that 95 % have a row after that number of times; nothing is remembered of the others.</summary>
    Probabilistic,
}
