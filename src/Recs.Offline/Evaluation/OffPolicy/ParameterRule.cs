namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>How an estimator's parameter is chosen from the data.</summary>
public enum ParameterRule
{
    /// <summary>The lowest sum of variance and squared upper bound on the bias.</summary>
    ErrorBound,

    /// <summary>SLOPE: the least variance that still agrees with every less biased choice.</summary>
    Slope,
}
