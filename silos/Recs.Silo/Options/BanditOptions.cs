using System.ComponentModel.DataAnnotations;

using Recs.Matching.Graph;

namespace Recs.Silo.Options;

/// <summary>How slates are decided.</summary>
public sealed record BanditOptions
{
    /// <summary>The policy where a request names none. Default hier-ucb.</summary>
    [AllowedValues("hier-ucb", "hier-ts", "diag-ucb", "diag-ts", "lin-ucb", "hier-lin-ucb", "epsilon-greedy", "ucb1", "beta-ts", "var-ts", "uniform", "popular",
        "lin-ts", "squarecb", "fastcb", "neu-square-cb", "neu-fast-cb", "neural-ucb", "neural-ts", "neural-linear", "capped-igw", "cn-ucb", "cn-ts")]
    public string Policy { get; init; } = "hier-ucb";

    /// <summary>Share of the requests without a policy that are decided uniformly: what calibration is judged by. Default 0.</summary>
    [Range(0.0, 1.0)]
    public double UniformShare { get; init; }

    /// <summary>α; each policy's own default when absent.</summary>
    [Range(0d, 100d)]
    public double? Alpha { get; init; }

    /// <summary>k: a position is drawn uniformly from the k best that remain. Default 5.</summary>
    [Range(1, 1000)]
    public int TopK { get; init; } = 5;

    /// <summary>C of a new store's first model. Default 64.</summary>
    [Range(1, 100_000)]
    public int Clusters { get; init; } = 64;

    /// <summary>D of a new store's first model. Default 64.</summary>
    [Range(2, 1024)]
    public int Dimensions { get; init; } = 64;

    /// <summary>E, length of given embeddings; 0 lets the first one decide. Default 0.</summary>
    [Range(0, 4096)]
    public int EmbeddingLength { get; init; }

    /// <summary>K: clusters a viewer is active in. Default 3.</summary>
    [Range(1, 16)]
    public int ActiveClusters { get; init; } = 3;

    /// <summary>τ of the cluster softmax. Default 0.3.</summary>
    [Range(0.001, 1000d)]
    public double Temperature { get; init; } = 0.3;

    /// <summary>w: u = normalise(known + w · context) for a viewer with a taste; 0 leaves the context to viewers without one.</summary>
    [Range(0.0, 10.0)]
    public double ContextWeight { get; init; } = 0.25;

    /// <summary>W: best items of a cluster that a training gives edges. Default 300.</summary>
    [Range(1, 100_000)]
    public int EdgesPerCluster { get; init; } = 300;

    /// <summary>Most edges of a cluster, new items included. Default 4096.</summary>
    [Range(1, 1_000_000)]
    public int EdgesPerClusterMax { get; init; } = 4096;

    /// <summary>Arms that the linear policies keep a regression for, each 1.5·C² numbers; 0 turns them off. Default 256.</summary>
    [Range(0, 10_000)]
    public int LinearArmsMax { get; init; } = 256;

    /// <summary>Clusters that a new item is attached to at least; more while the catalogue is small. Default 2.</summary>
    [Range(1, 64)]
    public int AttachClusters { get; init; } = 2;

    /// <summary>d0 of the diagonal policies. Default 1.</summary>
    [Range(0.0001, 1e6)]
    public double PriorPrecision { get; init; } = 1;

    /// <summary>What diag-ucb makes of an edge never tried: InfiniteItem or PriorVariance. Default InfiniteItem.</summary>
    public UnexploredEdgePolicy UnexploredEdge { get; init; } = UnexploredEdgePolicy.InfiniteItem;

    /// <summary>Divide the diagonal policies' mean and bonus by the matched edges. Default false.</summary>
    public bool NormaliseByMatchedEdges { get; init; }

    /// <summary>L1 of the hierarchical policies' edge effect. Default 16.</summary>
    [Range(0.001, 1e6)]
    public double EdgeShrinkage { get; init; } = 16;

    /// <summary>L2 of the hierarchical policies' item effect. Default 4.</summary>
    [Range(0.001, 1e6)]
    public double ItemShrinkage { get; init; } = 4;

    /// <summary>Share that epsilon-greedy explores. Default 0.1.</summary>
    [Range(0d, 1d)]
    public double Epsilon { get; init; } = 0.1;

    /// <summary>Share of positions drawn uniformly under every policy. Default 0.</summary>
    [Range(0d, 1d)]
    public double ExplorationFloor { get; init; }

    /// <summary>Factor on the spread before a Thompson draw. Default 0.3.</summary>
    [Range(0d, 100d)]
    public double ThompsonWidth { get; init; } = 0.3;

    /// <summary>γ of inverse gap weighting: larger exploits more. Default 1000.</summary>
    [Range(0d, 1e9)]
    public double Gamma { get; init; } = 1000;

    /// <summary>τ of capped-igw: no item is more than τ times as probable as under a uniform draw. Default 16.</summary>
    [Range(1d, 1e6)]
    public double Tau { get; init; } = 16;

    /// <summary>Share of positions that are drawn from the fresh items nearest to the viewer. Default 0.</summary>
    [Range(0d, 1d)]
    public double FreshShare { get; init; }

    /// <summary>Age up to which an item counts as fresh, in hours. Default 72.</summary>
    [Range(0d, 100_000d)]
    public double FreshHours { get; init; } = 72;
}
