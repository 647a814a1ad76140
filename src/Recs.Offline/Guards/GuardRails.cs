using System.ComponentModel.DataAnnotations;
using Recs.Offline.Gates;
using Recs.Schema.Models;

namespace Recs.Offline.Guards;

/// <summary>
/// What keeps generations of a policy that learns from its own log from swinging. Origins: Adyen's contextual bandits
/// (arXiv 2412.00569) and the rules drawn from them in the design, section 7.
/// </summary>
public sealed record GuardRails
{
    /// <summary>Share of decisions that are drawn uniformly: a floor for every action, and the slice that calibrates. Default 0.05.</summary>
    [Range(0.0, 1.0)]
    public double UniformShare { get; init; } = 0.05;

    /// <summary>Generations whose logs are pooled, the newest included. Default 5.</summary>
    [Range(1, 1000)]
    public int Generations { get; init; } = 5;

    /// <summary>Most of the decisions that may change from one generation to the next. Default 0.3.</summary>
    [Range(0.0, 1.0)]
    public double ChangedShareMax { get; init; } = 0.3;

    /// <summary>Share of decisions on which a new generation is tried first, half of them by the old one. Default 0.1.</summary>
    [Range(0.0, 1.0)]
    public double CanaryShare { get; init; } = 0.1;

    /// <summary>Standard errors by which the canary may earn less before it is rolled back. Default 1.</summary>
    [Range(0.0, 100.0)]
    public double CanaryErrors { get; init; } = 1;

    /// <summary>Largest factor between the positive rates of two generations. Default 2.</summary>
    [Range(1.0, 1e6)]
    public double PositiveRateFactorMax { get; init; } = 2;

    /// <summary>Largest difference between mean prediction and mean reward on the uniform slice. Default 0.05.</summary>
    [Range(0.0, 1.0)]
    public double CalibrationErrorMax { get; init; } = 0.05;

    /// <summary>The trust region: share of decisions in which the best action is another than before.</summary>
    public Gate Changed(double share) =>
        GateForm.AtMost("changed decisions", share, ChangedShareMax, $"{share:p1} of the decisions have another best action than before.");

    /// <summary>Growth of class imbalance: the positive rate against the generation before.</summary>
    public Gate PositiveRate(double rate, double before) => before > 0 && rate > 0
        ? GateForm.AtMost(
            "positive rate", Math.Max(rate / before, before / rate), PositiveRateFactorMax,
            $"{rate:p2} of the decisions were rewarded, {before:p2} in the generation before.")
        : GateForm.NotJudged("positive rate", $"One of the generations has no reward.");

    /// <summary>Calibration on the uniform slice: gaps between predictions are what the exploration trusts.</summary>
    public Gate Calibration(double predicted, double rewarded, int rows) => rows > 0
        ? GateForm.AtMost(
            "calibration", Math.Abs(predicted - rewarded), CalibrationErrorMax,
            $"On {rows} uniform decisions {predicted:p2} were predicted and {rewarded:p2} came.")
        : GateForm.NotJudged("calibration", $"There are no uniform decisions.");

    /// <summary>The canary: what it earned less than the policy beside it.</summary>
    /// <param name="difference">New − old, per decision.</param>
    /// <param name="error">Its standard error.</param>
    public Gate Canary(double difference, double error) => GateForm.AtLeast(
        "canary", difference, -CanaryErrors * error, $"The canary earned {difference:g3} more than the policy beside it, ±{error:g2}.");
}
