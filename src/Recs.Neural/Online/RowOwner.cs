namespace Recs.Neural.Online;

/// <summary>Whose rows a <see cref="RowShard"/> has.</summary>
public enum RowOwner
{
    /// <summary>Embeddings of viewers.</summary>
    Viewers,

    /// <summary>Embeddings of items, and the sums of their edges.</summary>
    Items,
}
