namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>The families of reward models.</summary>
public enum RewardModelFamily
{
    /// <summary>The mean of each (action, position), shrunk to the action's mean, that to the mean of all.</summary>
    CellMean,

    /// <summary>Ridge regression on one-hot action, position, both together, and the context.</summary>
    Regression,

    /// <summary>The same with the context once more for every action.</summary>
    CrossedRegression,
}
