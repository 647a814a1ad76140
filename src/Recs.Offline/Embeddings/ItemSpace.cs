using Recs.Matching.Contexts;

namespace Recs.Offline.Embeddings;

/// <summary>The items' vectors and all that is needed to place viewers and new items among them.</summary>
/// <param name="Dims">D.</param>
/// <param name="Vectors">V, shape [n x D], row-major; mean length about 1.</param>
/// <param name="Sources">Where each vector comes from, shape [n].</param>
/// <param name="Gram">VᵀV over the items with history, shape [D x D]; zeros when there are none.</param>
/// <param name="Map">From content features to vectors.</param>
/// <param name="FoldIn">α, λ and steps in the units of V.</param>
public sealed record ItemSpace(
    int Dims, float[] Vectors, VectorSource[] Sources, float[] Gram, ContentMap Map, FoldInOptions FoldIn)
{
    /// <summary>Whether any vector comes from feedback.</summary>
    public bool HasHistory => Sources.Contains(VectorSource.History);

    /// <summary>Loss of ALS per rewarded pair; null without history.</summary>
    public double? Loss { get; init; }

    /// <summary>AUC of ALS on its training pairs; null without history.</summary>
    public double? Auc { get; init; }
}
