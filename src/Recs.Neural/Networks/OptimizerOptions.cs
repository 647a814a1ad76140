using System.ComponentModel.DataAnnotations;

namespace Recs.Neural.Networks;

/// <summary>Settings of stochastic gradient descent. Immutable.</summary>
public sealed record OptimizerOptions
{
    /// <summary>Which. Default AdaGrad.</summary>
    public OptimizerKind Kind { get; init; } = OptimizerKind.AdaGrad;

    /// <summary>η. Default 0.05.</summary>
    [Range(0f, 100f)]
    public float Rate { get; init; } = 0.05f;

    /// <summary>Longest gradient of one example over all parameters; a longer one is scaled to it. Default 5.</summary>
    [Range(1e-6f, 1e6f)]
    public float NormMax { get; init; } = 5;

    /// <summary>Pull towards 0 per step, as a share of η. Default 0.</summary>
    [Range(0f, 1f)]
    public float WeightDecay { get; init; }

    /// <summary>Adam's β1. Default 0.9.</summary>
    [Range(0f, 0.9999f)]
    public float FirstMoment { get; init; } = 0.9f;

    /// <summary>Adam's β2. Default 0.999.</summary>
    [Range(0f, 0.99999f)]
    public float SecondMoment { get; init; } = 0.999f;

    /// <summary>Keeps divisions finite. Default 1e-6.</summary>
    [Range(1e-12f, 1f)]
    public float Epsilon { get; init; } = 1e-6f;

    /// <summary>Floats of state that a parameter has besides itself.</summary>
    public int StatePerParameter => Kind switch
    {
        OptimizerKind.Sgd => 0,
        OptimizerKind.AdaGrad => 1,
        _ => 2,
    };
}
