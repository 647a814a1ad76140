namespace Recs.Storage;

/// <summary>Which models are served, and to whom.</summary>
/// <param name="Active">The version that serves.</param>
/// <param name="Canary">The version on trial beside it; null when there is none.</param>
/// <param name="CanaryShare">Share of the viewers that the canary serves, above 0 and below 1; 0 without a canary.</param>
public readonly record struct ServedModels(long Active, long? Canary, double CanaryShare);
