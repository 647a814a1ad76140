namespace Recs.Neural.Combinatorial;

/// <summary>How Z is held.</summary>
public enum CovarianceForm
{
    /// <summary>Only its diagonal: <see cref="DiagonalCovariance"/>.</summary>
    Diagonal,

    /// <summary>In full, as the Gram matrix of the history: <see cref="GramCovariance"/>.</summary>
    Gram,

    /// <summary>In full, as its inverse: <see cref="WoodburyCovariance"/>.</summary>
    Woodbury,
}
