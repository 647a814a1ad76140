namespace Recs.Grains.Items;

/// <summary>Why a patch changed nothing.</summary>
public enum PatchRefusal
{
    /// <summary>It was applied.</summary>
    None = 0,

    /// <summary>There is nothing of that id.</summary>
    Unknown = 1,

    /// <summary>The document would have too many attributes.</summary>
    TooManyAttributes = 2,
}
