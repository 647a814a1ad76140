namespace Recs.Offline.Embeddings;

/// <summary>How item vectors are learned from feedback.</summary>
public enum EmbeddingKind
{
    /// <summary>Implicit alternating least squares; content is regressed on the result.</summary>
    Als,

    /// <summary>Two towers with in-batch softmax; content and items are learned together.</summary>
    TwoTower,
}
