namespace Recs.Offline.Evaluation.Combinatorial;

/// <summary>The score of an arm x, given the hidden unit vector a.</summary>
public enum ScoreFunction
{
    /// <summary>h1 = xᵀa.</summary>
    Linear,

    /// <summary>h2 = (xᵀa)².</summary>
    Quadratic,

    /// <summary>h3 = cos(3.14 · xᵀa).</summary>
    Cosine,
}
