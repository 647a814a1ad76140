using System.ComponentModel.DataAnnotations;

namespace Recs.Matching.Contexts;

/// <summary>How a viewer's history becomes a vector.</summary>
public sealed record FoldInOptions
{
    /// <summary>α: an item rewarded by r has the confidence 1 + α·r. Unitless. Default 40 (Hu et al., 2008).</summary>
    [Range(0f, 1e6f)]
    public float Alpha { get; init; } = 40;

    /// <summary>λ: ridge, in squared units of the item vectors. Default 0.1.</summary>
    [Range(1e-6f, 1e6f)]
    public float Ridge { get; init; } = 0.1f;

    /// <summary>Conjugate-gradient steps. Default 3.</summary>
    [Range(1, 1000)]
    public int Steps { get; init; } = 3;
}
