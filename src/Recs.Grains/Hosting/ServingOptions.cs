using Recs.Matching.Bandits;
using Recs.Matching.Graph;
using Recs.Matching.Slates;

namespace Recs.Grains.Hosting;

/// <summary>How slates are decided.</summary>
public sealed record ServingOptions
{
    /// <summary>The policy where a request names none.</summary>
    public PolicyKind Policy { get; init; } = PolicyKind.HierUcb;

    /// <summary>Share of the requests without a policy that are decided uniformly, in [0, 1].</summary>
    public double UniformShare { get; init; }

    /// <summary>α of every policy; each policy's own default when null.</summary>
    public float? Alpha { get; init; }

    /// <summary>k of top-k randomisation.</summary>
    public int TopK { get; init; } = 5;

    /// <summary>K, active clusters of a request.</summary>
    public int ActiveClusters { get; init; } = 3;

    /// <summary>τ of the cluster softmax.</summary>
    public float Temperature { get; init; } = 0.3f;

    /// <summary>Edges that a training gives a cluster, at most.</summary>
    public int EdgesPerCluster { get; init; } = 300;

    /// <summary>Clusters that a new item is attached to at least.</summary>
    public int AttachClusters { get; init; } = 2;

    /// <summary>d0 of the diagonal policies.</summary>
    public float PriorPrecision { get; init; } = 1;

    /// <summary>What diag-ucb makes of an edge never tried.</summary>
    public UnexploredEdgePolicy UnexploredEdge { get; init; }

    /// <summary>Divide the diagonal policies' mean and bonus by the matched edges.</summary>
    public bool NormaliseByMatchedEdges { get; init; }

    /// <summary>L1 of the hierarchical policies.</summary>
    public float EdgeShrinkage { get; init; } = 16;

    /// <summary>Share that epsilon-greedy explores.</summary>
    public float Epsilon { get; init; } = 0.1f;

    /// <summary>Share of positions drawn uniformly under every policy.</summary>
    public float ExplorationFloor { get; init; }

    /// <summary>Factor on the spread before a Thompson draw.</summary>
    public float ThompsonWidth { get; init; } = 0.3f;

    /// <summary>γ of inverse gap weighting.</summary>
    public float Gamma { get; init; } = 1000;

    /// <summary>Most that an item can earn: a click, a watch to the end and a like.</summary>
    public float RewardMax { get; init; } = 1;

    /// <summary>τ of capped-igw.</summary>
    public float Tau { get; init; } = 16;

    /// <summary>Share of positions that are drawn from the fresh items.</summary>
    public float FreshShare { get; init; }

    /// <summary>Most candidates that the neural model ranks for a request.</summary>
    public int NeuralCandidates { get; init; } = 512;

    /// <summary>Age up to which an item counts as fresh.</summary>
    public TimeSpan FreshAge { get; init; } = TimeSpan.FromHours(72);

    /// <summary>Named limits of the graph.</summary>
    public EdgeTableLimits GraphLimits { get; init; } = new();

    /// <summary>The distribution of a policy under these settings.</summary>
    public SlatePolicy Slate(PolicyKind kind)
    {
        var slate = SlatePolicy.Of(kind);
        return slate with
        {
            Alpha = Alpha ?? slate.Alpha,
            TopK = TopK,
            Epsilon = Epsilon,
            Floor = ExplorationFloor,
            Width = ThompsonWidth,
            Gamma = Gamma,
            RewardMax = RewardMax,
            Tau = Tau,
            FreshShare = FreshShare,
        };
    }
}
