namespace Recs.Storage;

/// <summary>A model version without its payload.</summary>
/// <param name="Version">Rises with every model added, starting at 1.</param>
/// <param name="Parent">The version it was derived from, and to which a rollback returns.</param>
/// <param name="CreatedAt">When it was added, whole microseconds.</param>
/// <param name="Manifest">JSON: how it was made and how it was judged.</param>
/// <param name="Active">Whether it is the one being served.</param>
/// <param name="CanaryShare">Share of the viewers it is on trial with beside the active one; 0 when it is not on trial.</param>
public sealed record StoredModel(
    long Version, long? Parent, DateTimeOffset CreatedAt, string Manifest, bool Active, double CanaryShare = 0);
