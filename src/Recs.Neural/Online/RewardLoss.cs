namespace Recs.Neural.Online;

/// <summary>What a head predicts and how it is judged.</summary>
public enum RewardLoss
{
    /// <summary>A probability, σ of log odds; cross-entropy.</summary>
    CrossEntropy,

    /// <summary>The reward itself; half the squared error.</summary>
    Square,
}
