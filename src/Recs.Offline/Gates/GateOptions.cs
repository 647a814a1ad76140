using System.ComponentModel.DataAnnotations;

namespace Recs.Offline.Gates;

/// <summary>Bounds between a trained model and serving. A gate that has too little to judge by holds, and says so.</summary>
public sealed record GateOptions
{
    /// <summary>Minutes after a decision within which a reward counts, and after which it is matured. Default 60.</summary>
    [Range(1, 525_600)]
    public double AttributionMinutes { get; init; } = 60;

    /// <summary>Most recent shown items of decisions that are judged by; while they are read some 100 to 250 bytes each. Default 1,000,000.</summary>
    [Range(1, 100_000_000)]
    public int RowsMax { get; init; } = 1_000_000;

    /// <summary>Fewest matured shown items. Default 0: a store without decisions can be trained.</summary>
    [Range(0, int.MaxValue)]
    public int MaturedRowsMin { get; init; }

    /// <summary>Shown items from which on the mean reward and the value are judged. Default 1000.</summary>
    [Range(2, int.MaxValue)]
    public int RowsToJudge { get; init; } = 1000;

    /// <summary>Least mean reward of a shown item. Default 0.0001.</summary>
    [Range(0.0, 1.0)]
    public double RewardRateMin { get; init; } = 0.0001;

    /// <summary>Largest mean reward of a shown item. Default 0.99.</summary>
    [Range(0.0, 1.0)]
    public double RewardRateMax { get; init; } = 0.99;

    /// <summary>Most days since the last event of the log was written. Default 7.</summary>
    [Range(0.0, 36_500.0)]
    public double LogAgeDaysMax { get; init; } = 7;

    /// <summary>Largest share of events about items that are not in the catalogue. Default 0.5.</summary>
    [Range(0.0, 1.0)]
    public double UnknownShareMax { get; init; } = 0.5;

    /// <summary>Rewarded pairs held out of the fold-in from which on the AUC is judged. Default 200.</summary>
    [Range(2, int.MaxValue)]
    public int PairsToJudge { get; init; } = 200;

    /// <summary>Least AUC of vectors that were learned from feedback. Default 0.55.</summary>
    [Range(0.0, 1.0)]
    public double AucMin { get; init; } = 0.55;

    /// <summary>Most AUC that may be lost against the parent on the same pairs, beyond two standard errors. Default 0.02.</summary>
    [Range(0.0, 1.0)]
    public double AucLossMax { get; init; } = 0.02;

    /// <summary>Viewers and items per cluster from which on the spread over clusters is judged. Default 5.</summary>
    [Range(1, 1_000_000)]
    public int PointsPerCluster { get; init; } = 5;

    /// <summary>Least effective number of clusters, as a share of the parent's on the same viewers. Default 0.5.</summary>
    [Range(0.0, 1.0)]
    public double SpreadMin { get; init; } = 0.5;

    /// <summary>Largest share of one cluster, unless the parent's is as large within 0.1. Default 0.5.</summary>
    [Range(0.0, 1.0)]
    public double LargestClusterMax { get; init; } = 0.5;

    /// <summary>Fewest edges of any cluster; fewer do where fewer items are available. Default 10.</summary>
    [Range(0, 100_000)]
    public int EdgesMin { get; init; } = 10;

    /// <summary>Least share of the available items that some cluster has an edge to. Default 0.99.</summary>
    [Range(0.0, 1.0)]
    public double ReachableMin { get; init; } = 0.99;

    /// <summary>
    /// Least share of edges carried over from the parent, of the edges of whichever model has fewer; judged within a lineage
    /// when both have learned from feedback. Default 0.05.
    /// </summary>
    [Range(0.0, 1.0)]
    public double CarriedMin { get; init; } = 0.05;

    /// <summary>Largest factor between the rewarded shares of the last two generations that decided. Default 5.</summary>
    [Range(1.0, 1e6)]
    public double PositiveRateFactorMax { get; init; } = 5;

    /// <summary>Most of the decisions whose best item may be none of the parent's best: the trust region. Default 0.95.</summary>
    [Range(0.0, 1.0)]
    public double ChangedShareMax { get; init; } = 0.95;

    /// <summary>Largest difference between mean prediction and mean reward on uniform decisions. Default 0.05.</summary>
    [Range(0.0, 1.0)]
    public double CalibrationErrorMax { get; init; } = 0.05;

    /// <summary>α of the upper bound by which the policy ranks whose value is estimated. Default 0.2, as silos serve; 0 is greedy.</summary>
    [Range(0.0, 1000.0)]
    public double ValueAlpha { get; init; } = 0.2;

    /// <summary>k of that policy: uniform over the k best. Default 5, as silos serve.</summary>
    [Range(1, 1000)]
    public int ValueTopK { get; init; } = 5;

    /// <summary>Share of the policy's positions that are uniform over everything nominated. Default 0.01.</summary>
    [Range(0.0, 1.0)]
    public double ValueFloor { get; init; } = 0.01;

    /// <summary>
    /// Share of the logged value that the lower bound of the candidate's may be short of; an interval that reaches further
    /// down than half of it cannot judge. Default 0.2.
    /// </summary>
    [Range(0.0, 1.0)]
    public double ValueLossMax { get; init; } = 0.2;

    /// <summary>Fewest effective rows (Kish) from which on the value is judged. Default 200.</summary>
    [Range(1.0, 1e12)]
    public double EffectiveRowsMin { get; init; } = 200;

    /// <summary>Most that the mean weight may be away from 1, where the value is judged. Default 0.2.</summary>
    [Range(0.0, 1.0)]
    public double WeightSlack { get; init; } = 0.2;

    /// <summary>Probability that the interval of the value should hold it. Default 0.95.</summary>
    [Range(0.5, 0.9999)]
    public double Confidence { get; init; } = 0.95;

    /// <summary>Refuse a candidate whose value the log cannot judge. Default false: it passes, with care.</summary>
    public bool RequireOverlap { get; init; }

    /// <summary>How long after a decision a reward counts.</summary>
    internal TimeSpan Attribution => TimeSpan.FromMinutes(AttributionMinutes);

    /// <summary>The first bound that is out of its range, in one line; null when all are fine.</summary>
    public string? Fault()
    {
        var faults = new List<ValidationResult>();
        return Validator.TryValidateObject(this, new ValidationContext(this), faults, validateAllProperties: true)
            ? RewardRateMin > RewardRateMax ? "RewardRateMin must not be above RewardRateMax." : null
            : faults[0].ErrorMessage;
    }
}
