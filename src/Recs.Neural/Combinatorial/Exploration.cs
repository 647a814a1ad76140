namespace Recs.Neural.Combinatorial;

/// <summary>How a policy explores.</summary>
public enum Exploration
{
    /// <summary>Upper confidence bound: u = f + γ·√(gᵀ Z⁻¹ g).</summary>
    Ucb,

    /// <summary>Thompson sampling: u = the largest of M draws from N(f, ν²·λ·gᵀ Z⁻¹ g).</summary>
    Thompson,
}
