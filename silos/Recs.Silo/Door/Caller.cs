namespace Recs.Silo.Door;

/// <summary>Who calls, by the key that was sent.</summary>
/// <param name="Index">Index of the key among those configured.</param>
/// <param name="Name">What the key is called; never the key itself.</param>
/// <param name="Roles">What the key may do.</param>
readonly record struct Caller(int Index, string Name, Role Roles);
