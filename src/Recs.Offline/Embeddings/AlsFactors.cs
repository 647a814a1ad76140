namespace Recs.Offline.Embeddings;

/// <summary>The two sides of implicit ALS. Owned by the training; written in place.</summary>
/// <param name="Dims">D.</param>
/// <param name="Viewers">U, shape [viewers x D], row-major.</param>
/// <param name="Items">V, shape [items x D], row-major.</param>
public sealed record AlsFactors(int Dims, float[] Viewers, float[] Items);
