namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>The off-policy estimators. Formulas are in <see cref="Estimators"/>.</summary>
public enum Estimator
{
    /// <summary>Direct method: the reward model alone.</summary>
    DirectMethod,

    /// <summary>Inverse propensity scores.</summary>
    Ips,

    /// <summary>Weights cut off at λ.</summary>
    ClippedIps,

    /// <summary>Weights divided by their sum.</summary>
    SelfNormalisedIps,

    /// <summary>Weights damped by implicit exploration α.</summary>
    ImplicitExplorationIps,

    /// <summary>Weights replaced by their harmonic mean with 1, with the share λ.</summary>
    SubGaussianIps,

    /// <summary>The reward model, corrected by weighted residuals.</summary>
    DoublyRobust,

    /// <summary>The reward model, corrected by self-normalised residuals.</summary>
    SelfNormalisedDoublyRobust,

    /// <summary>Residuals count only where the weight is at most λ.</summary>
    SwitchDoublyRobust,

    /// <summary>Weights shrunk optimistically: λw/(w² + λ).</summary>
    ShrunkDoublyRobust,
}
