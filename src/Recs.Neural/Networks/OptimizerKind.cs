namespace Recs.Neural.Networks;

/// <summary>How a gradient becomes a step.</summary>
public enum OptimizerKind
{
    /// <summary>θ −= η·g.</summary>
    Sgd,

    /// <summary>θ −= η·g/√(Σ g² + ε²). Duchi, Hazan and Singer, JMLR 2011.</summary>
    AdaGrad,

    /// <summary>θ −= η·m̂/(√v̂ + ε). Kingma and Ba, ICLR 2015.</summary>
    Adam,
}
