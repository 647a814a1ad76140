namespace Recs.Offline.Embeddings;

/// <summary>Where an item's vector comes from.</summary>
public enum VectorSource : byte
{
    /// <summary>From feedback.</summary>
    History,

    /// <summary>From its content.</summary>
    Content,

    /// <summary>Nothing is known: drawn.</summary>
    Drawn,
}
