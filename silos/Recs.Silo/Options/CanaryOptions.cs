using System.ComponentModel.DataAnnotations;

namespace Recs.Silo.Options;

/// <summary>The trial of a retrained model on a share of the viewers before it serves all of them.</summary>
public sealed record CanaryOptions
{
    /// <summary>Share of the viewers that a model retrained at the interval serves first; 0 promotes it at once. Default 0.</summary>
    [Range(0.0, 0.5)]
    public double Share { get; init; }

    /// <summary>Items the canary must have shown before it is judged. Default 10,000.</summary>
    [Range(1, 1_000_000_000)]
    public long Impressions { get; init; } = 10_000;

    /// <summary>Minutes a trial lasts at least: rewards must have had time to come. Default 60.</summary>
    [Range(0.0, 525_600.0)]
    public double Minutes { get; init; } = 60;

    /// <summary>Standard errors by which it may earn less per shown item than the model beside it. Default 1.</summary>
    [Range(0.0, 100.0)]
    public double Errors { get; init; } = 1;
}
