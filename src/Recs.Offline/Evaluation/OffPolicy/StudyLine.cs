namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>What an estimator did on many logs of a world whose truth is known.</summary>
/// <param name="Estimator">Which.</param>
/// <param name="Bias">Mean estimate − truth.</param>
/// <param name="BiasError">Standard error of the bias.</param>
/// <param name="RootMeanSquaredError">Of the estimates.</param>
/// <param name="Coverage">Share of logs whose reported interval holds the truth.</param>
/// <param name="BootstrapCoverage">Share of logs whose bootstrap interval holds the truth.</param>
/// <param name="NormalCoverage">The same for the normal interval.</param>
/// <param name="BernsteinCoverage">The same for the empirical Bernstein interval; null for ratios.</param>
public sealed record StudyLine(
    Estimator Estimator,
    double Bias,
    double BiasError,
    double RootMeanSquaredError,
    double Coverage,
    double BootstrapCoverage,
    double NormalCoverage,
    double? BernsteinCoverage)
{
    /// <summary>Bias in its standard errors.</summary>
    public double BiasZ => Bias / BiasError;
}
