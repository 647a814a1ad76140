namespace Recs.Offline.Embeddings;

/// <summary>Settings of implicit ALS.</summary>
/// <param name="Alpha">α ≥ 0: a pair rewarded by r has the confidence 1 + α·r.</param>
/// <param name="Ridge">λ > 0.</param>
/// <param name="Steps">Conjugate-gradient steps per row and epoch.</param>
/// <param name="Epochs">Passes over viewers and items.</param>
public sealed record AlsOptions(float Alpha, float Ridge, int Steps, int Epochs);
