namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>Where trust ends and where distrust begins. The defaults are conventions, not theorems: set your own.</summary>
public sealed record VerdictThresholds
{
    /// <summary>The defaults.</summary>
    public static VerdictThresholds Default { get; } = new();

    /// <summary>Effective sample size as a share of the rows below which care is needed.</summary>
    public double EffectiveShareCare { get; init; } = 0.25;

    /// <summary>Effective sample size as a share of the rows below which the estimate is not trusted.</summary>
    public double EffectiveShareDistrust { get; init; } = 0.1;

    /// <summary>Effective number of rewarded rows below which care is needed.</summary>
    public double EffectiveRewardsCare { get; init; } = 100;

    /// <summary>Effective number of rewarded rows below which the estimate is not trusted.</summary>
    public double EffectiveRewardsDistrust { get; init; } = 5;

    /// <summary>Share of the weight on the top hundredth of rows above which care is needed.</summary>
    public double TopHundredthCare { get; init; } = 0.1;

    /// <summary>Share of the weight on the top hundredth of rows above which the estimate is not trusted.</summary>
    public double TopHundredthDistrust { get; init; } = 0.25;

    /// <summary>|z| of the mean weight above which care is needed.</summary>
    public double MeanWeightZCare { get; init; } = 2;

    /// <summary>|z| of the mean weight above which propensities must be wrong.</summary>
    public double MeanWeightZDistrust { get; init; } = 4;

    /// <summary>Target mass without support above which care is needed.</summary>
    public double UnsupportedCare { get; init; }

    /// <summary>Target mass without support above which the estimate is not trusted.</summary>
    public double UnsupportedDistrust { get; init; } = 0.05;

    /// <summary>Share of rows dropped above which care is needed.</summary>
    public double DroppedCare { get; init; } = 0.01;

    /// <summary>Share of rows dropped above which the estimate is not trusted.</summary>
    public double DroppedDistrust { get; init; } = 0.1;
}
