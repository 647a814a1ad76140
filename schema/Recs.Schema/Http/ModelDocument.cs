using System.Text.Json;

namespace Recs.Schema.Http;

/// <summary>One model version.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Parent">The version it was trained from; null for the first.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Active">Whether it serves.</param>
/// <param name="Manifest">What went into it and how it measured.</param>
/// <param name="CanaryShare">Share of the viewers it is on trial with; 0 when it is not on trial.</param>
/// <param name="Traffic">What its slates earned; null for a version that has not been served of late.</param>
/// <param name="Report">Path of its page.</param>
public sealed record ModelDocument(
    string Version,
    string? Parent,
    DateTimeOffset CreatedAt,
    bool Active,
    JsonElement Manifest,
    double CanaryShare = 0,
    ModelTraffic? Traffic = null,
    string? Report = null);
