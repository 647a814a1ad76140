namespace Recs.Matching.Slates;

/// <summary>The layer that nominated an item: what a response calls <c>source</c>.</summary>
public enum Layer : byte
{
    /// <summary>An edge of one of the viewer's active clusters.</summary>
    Bandit = 0,

    /// <summary>Nearest items to the viewer by inner product, or the caller's own list of candidates.</summary>
    Candidates = 1,

    /// <summary>An item too young to have an edge in the viewer's clusters.</summary>
    Fresh = 2,

    /// <summary>The neural scorer.</summary>
    Neural = 3,

    /// <summary>The population's favourites: the last layer, never empty while items are eligible.</summary>
    Popular = 4,
}
