namespace Recs.Silo.Door;

/// <summary>What a key may do.</summary>
[Flags]
enum Role
{
    None = 0,

    /// <summary>Recommend, events, decisions.</summary>
    Serve = 1,

    /// <summary>Items, users, edges.</summary>
    Catalogue = 2,

    /// <summary>Everything.</summary>
    Admin = 4,

    /// <summary>A key of any role.</summary>
    Any = Serve | Catalogue | Admin,
}
