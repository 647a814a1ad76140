namespace Recs.Matching.Graph;

/// <summary>The learned sums of one edge, in reals, as serving reads them.</summary>
/// <param name="D">d = Σ w², ≥ 0; 0 means the edge was never tried.</param>
/// <param name="B">b = Σ w·r.</param>
/// <param name="W">W = Σ w, ≥ 0.</param>
/// <param name="E">E = Σ w·(r - π).</param>
/// <remarks>algorithms: Diag-LinUCB, arXiv:2307.15893 equations 8 and 9 (d, b); the hierarchical form adds W and E.</remarks>
public readonly record struct EdgeValue(float D, float B, float W, float E);
