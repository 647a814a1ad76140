namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>Which reward model a synthetic study uses.</summary>
public enum ModelQuality
{
    /// <summary>Fitted to each log, cross-fitted: the candidates of the options.</summary>
    Fitted,

    /// <summary>The true expected rewards.</summary>
    True,

    /// <summary>A constant that is far off.</summary>
    Wrong,
}
