using System.ComponentModel.DataAnnotations;

using Recs.Neural.Networks;
using Recs.Neural.Online;

namespace Recs.Silo.Options;

/// <summary>The neural policies: what they learn, and how it is published.</summary>
public sealed record NeuralOptions
{
    /// <summary>Learn and serve the neural policies. Default false: they cost about as much as all other learning together.</summary>
    public bool Enabled { get; init; }

    /// <summary>stack adds to what the edges know; neural stands on the prior alone. Default stack.</summary>
    [AllowedValues("stack", "neural")]
    public string Scorer { get; init; } = "stack";

    /// <summary>E: floats of an embedding, 16, 32, 48 or 64. Default 16.</summary>
    [AllowedValues(16, 32, 48, 64)]
    public int Width { get; init; } = 16;

    /// <summary>Units of each of the two hidden layers. Default 64.</summary>
    [Range(1, 1024)]
    public int Hidden { get; init; } = 64;

    /// <summary>Loss of every head: CrossEntropy or Square. Default CrossEntropy.</summary>
    public RewardLoss Loss { get; init; }

    /// <summary>Descent of the dense weights: Sgd, AdaGrad or Adam. Default Adam.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>η of the dense weights. Default 0.0005.</summary>
    [Range(0d, 10d)]
    public double Rate { get; init; } = 0.0005;

    /// <summary>Descent of the embeddings: Sgd, AdaGrad or Adam. Default AdaGrad.</summary>
    public OptimizerKind RowOptimizer { get; init; } = OptimizerKind.AdaGrad;

    /// <summary>η of the embeddings. Default 0.2, which is AdaGrad's; Adam wants about 0.01.</summary>
    [Range(0d, 10d)]
    public double RowRate { get; init; } = 0.2;

    /// <summary>What rewards of clicks (and shares and custom events) weigh in the score. Default 1.</summary>
    [Range(0d, 1000d)]
    public double ClickWeight { get; init; } = 1;

    /// <summary>What rewards of watching weigh. Default 1.</summary>
    [Range(0d, 1000d)]
    public double WatchWeight { get; init; } = 1;

    /// <summary>What rewards of likes and dislikes weigh. Default 1.</summary>
    [Range(0d, 1000d)]
    public double LikeWeight { get; init; } = 1;

    /// <summary>Share of impressions without reward that are learned from; log odds are corrected. Default 1.</summary>
    [Range(0.001, 1d)]
    public double NegativesKept { get; init; } = 1;

    /// <summary>Which viewers get an embedding: Open, Counted or Probabilistic. Default Open.</summary>
    public AdmissionKind Admission { get; init; }

    /// <summary>Meetings after which a viewer is admitted. Default 5.</summary>
    [Range(1, 1000)]
    public int AdmitAfter { get; init; } = 5;

    /// <summary>Most viewers with an embedding; the one met longest ago makes room. Default 1,000,000.</summary>
    [Range(1, 100_000_000)]
    public int ViewersMax { get; init; } = 1_000_000;

    /// <summary>Days without a meeting after which a viewer, an item or an edge is forgotten. Default 30.</summary>
    [Range(1, 3650)]
    public int ExpiryDays { get; init; } = 30;

    /// <summary>Most candidates that are ranked for a request, more than twice the largest slate. Default 512.</summary>
    [Range(256, 4096)]
    public int CandidatesMax { get; init; } = 512;

    /// <summary>Seconds after which changed embeddings travel to every silo. Default 1.</summary>
    [Range(0.05, 3600d)]
    public double SyncSeconds { get; init; } = 1;

    /// <summary>Seconds after which the dense weights do. Default 1.</summary>
    [Range(0.05, 3600d)]
    public double TrunkSeconds { get; init; } = 1;

    /// <summary>The model as it is configured.</summary>
    public OnlineOptions Model(int itemsMax, double itemShrinkage, double edgeShrinkage) => new()
    {
        IsStacked = Scorer == "stack",
        Width = Width,
        Hidden = [Hidden, Hidden],
        Loss = Loss,
        Trunk = new OnlineOptions().Trunk with { Kind = Optimizer, Rate = (float)Rate },
        RowOptimizer = RowOptimizer,
        RowRate = (float)RowRate,
        HeadWeights = [(float)ClickWeight, (float)WatchWeight, (float)LikeWeight],
        NegativesKept = NegativesKept,
        Admission = Admission,
        AdmitAfter = AdmitAfter,
        ViewersMax = ViewersMax,
        ItemsMax = itemsMax,
        ExpirySeconds = (uint)ExpiryDays * 86_400,
        ItemShrinkage = (float)itemShrinkage,
        EdgeShrinkage = (float)edgeShrinkage,
    };
}
