using Recs.Neural.Combinatorial;

namespace Recs.Offline.Evaluation.Combinatorial;

/// <summary>A combinatorial experiment; the defaults are the published ones.</summary>
public sealed record SlateSettings
{
    /// <summary>The score function.</summary>
    public ScoreFunction Function { get; init; }

    /// <summary>Features d.</summary>
    public int Dimensions { get; init; } = 80;

    /// <summary>Arms N of a round.</summary>
    public int Arms { get; init; } = 20;

    /// <summary>Arms K played in a round.</summary>
    public int SlateSize { get; init; } = 4;

    /// <summary>Rounds T.</summary>
    public int Rounds { get; init; } = 2000;

    /// <summary>Standard deviation of the noise of a score.</summary>
    public double Noise { get; init; } = 0.01;

    /// <summary>Hidden units m.</summary>
    public int Width { get; init; } = 100;

    /// <summary>Draws M of cn-ts.</summary>
    public int Samples { get; init; } = 10;

    /// <summary>How the neural policies hold Z.</summary>
    public CovarianceForm Covariance { get; init; } = CovarianceForm.Gram;

    /// <summary>
    /// The algorithms as the authors' released code runs them, which made the published figures, and not as their paper
    /// writes them: Thompson sampling with ν²σ² as deviation, no gradient from the regulariser, and linear baselines whose
    /// mean is a round late and is fitted to the scores of other arms.
    /// </summary>
    public bool AsReleased { get; init; } = true;

    /// <summary>Simulations at the same time, or threads of <see cref="CovarianceForm.Woodbury"/>; no figure depends on it.</summary>
    public int Parallelism { get; init; } = 1;
}
