namespace Recs.Silo.Door;

/// <summary>The role that an endpoint asks for.</summary>
sealed record RoleRequirement(Role Role);
