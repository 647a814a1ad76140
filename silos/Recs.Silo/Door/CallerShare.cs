namespace Recs.Silo.Door;

/// <summary>Whose part of what callers share a request counts to.</summary>
/// <param name="Index">Number of the caller, as <see cref="CallerLimits.IndexOf"/> gives it.</param>
sealed record CallerShare(int Index);
