using Recs.Neural.Networks;

namespace Recs.Neural.Online;

/// <summary>Sizes, rates and limits of an <see cref="OnlineModel"/>. Immutable.</summary>
public sealed record OnlineOptions
{
    /// <summary>Most active clusters of an example.</summary>
    public const int ActiveClustersMax = 16;

    /// <summary>E: floats of an embedding, a multiple of 16. Default 16, which makes the network's input 64.</summary>
    public int Width { get; init; } = 16;

    /// <summary>Units of the hidden layers. Default 64, 64.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [64, 64];

    /// <summary>What each kind of reward (click, watched share, like) weighs in the score; one head each. Default 1 each.</summary>
    public IReadOnlyList<float> HeadWeights { get; init; } = [1, 1, 1];

    /// <summary>Whether the network learns what the edges do not know (a stack of both), or stands on the prior alone.</summary>
    public bool IsStacked { get; init; } = true;

    /// <summary>Loss of every head. Default cross-entropy.</summary>
    public RewardLoss Loss { get; init; }

    /// <summary>Descent of the dense weights. Default Adam at 0.0005.</summary>
    /// <remarks>A reward's gradient is longer than an impression's: a bound that clips it alone biases every prediction downwards.</remarks>
    public OptimizerOptions Trunk { get; init; } = new() { Kind = OptimizerKind.Adam, Rate = 0.0005f, NormMax = 100 };

    /// <summary>Descent of the embeddings. Default AdaGrad.</summary>
    public OptimizerKind RowOptimizer { get; init; } = OptimizerKind.AdaGrad;

    /// <summary>η of the embeddings. Default 0.2, which is AdaGrad's; Adam wants about 0.01.</summary>
    public float RowRate { get; init; } = 0.2f;

    /// <summary>Added to Σ g² (squared, to Adam's v) of an embedding, so that its first steps are not all of length η. Default 0.1.</summary>
    public float RowFloor { get; init; } = 0.1f;

    /// <summary>Standard deviation of what a new item's embedding is drawn from. Default 0.05.</summary>
    public float ItemSpread { get; init; } = 0.05f;

    /// <summary>λ of the confidence U = λ + Σ g². Default 1.</summary>
    public float Lambda { get; init; } = 1;

    /// <summary>L2 of the item effect within a stack. Default 4.</summary>
    public float ItemShrinkage { get; init; } = 4;

    /// <summary>L1 of the edge effects within a stack. Default 16.</summary>
    public float EdgeShrinkage { get; init; } = 16;

    /// <summary>Share of impressions without reward that are learned from, in (0, 1]; the log odds are corrected. Default 1.</summary>
    public double NegativesKept { get; init; } = 1;

    /// <summary>Most viewers with an embedding; the one met longest ago makes room. Default 1,000,000.</summary>
    public int ViewersMax { get; init; } = 1_000_000;

    /// <summary>Most items with an embedding. Default 1,000,000.</summary>
    public int ItemsMax { get; init; } = 1_000_000;

    /// <summary>Most clusters with an embedding, at least 16. Default 100,000.</summary>
    public int ClustersMax { get; init; } = 100_000;

    /// <summary>Most edges with sums, of a stack. Default 4,000,000.</summary>
    public int EdgesMax { get; init; } = 4_000_000;

    /// <summary>Which viewers get an embedding. Default open.</summary>
    public AdmissionKind Admission { get; init; }

    /// <summary>Meetings after which a viewer is admitted. Default 5.</summary>
    public int AdmitAfter { get; init; } = 5;

    /// <summary>Seconds without a meeting after which a viewer, an item or an edge is forgotten. Default 30 days.</summary>
    public uint ExpirySeconds { get; init; } = 30 * 86_400;

    /// <summary>Seed of the first weights and of what new clusters are drawn from.</summary>
    public ulong Seed { get; init; } = 1;
}
