using System.Globalization;

namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>A reward model that can be fitted: its family and how strongly it is pulled to its prior.</summary>
/// <param name="Family">Which.</param>
/// <param name="Strength">Rows that the prior counts for (means), or the ridge penalty λ (regressions); above 0.</param>
public sealed record RewardModelSpecification(RewardModelFamily Family, double Strength)
{
    /// <summary>The candidates when none is asked for.</summary>
    public static IReadOnlyList<RewardModelSpecification> Candidates { get; } =
    [
        .. new double[] { 10, 100, 1000 }.Select(strength => new RewardModelSpecification(RewardModelFamily.CellMean, strength)),
        .. new double[] { 1, 10, 100 }.Select(strength => new RewardModelSpecification(RewardModelFamily.Regression, strength)),
        .. new double[] { 1, 10, 100 }.Select(strength => new RewardModelSpecification(RewardModelFamily.CrossedRegression, strength)),
    ];

    /// <summary>The model in words.</summary>
    public string Describe() => string.Create(CultureInfo.InvariantCulture, $"{NameOf(Family)} (strength {Strength})");

    static string NameOf(RewardModelFamily family) => family switch
    {
        RewardModelFamily.CellMean => "shrunk mean per action and position",
        RewardModelFamily.Regression => "regression on action, position and context",
        _ => "regression on action, position and context per action",
    };
}
