namespace Recs.Neural.Online;

/// <summary>An impression, or one reward of an impression, as a model learns from it.</summary>
public readonly ref struct OnlineExample
{
    /// <summary>Hash of the viewer's id; zero for an anonymous viewer.</summary>
    public UInt128 Viewer { get; init; }

    /// <summary>Catalogue row of the item, ≥ 0.</summary>
    public int Row { get; init; }

    /// <summary>π, the prior at the decision, in [0, 1].</summary>
    public float Prior { get; init; }

    /// <summary>Global ids of the active clusters, shape [k], k ≤ 16.</summary>
    public ReadOnlySpan<int> Clusters { get; init; }

    /// <summary>Their weights, shape [k].</summary>
    public ReadOnlySpan<float> Weights { get; init; }

    /// <summary>Bit k is set when cluster k had an edge to the item.</summary>
    public ushort Matched { get; init; }

    /// <summary>Whether it is a reward; an impression otherwise.</summary>
    public bool IsReward { get; init; }

    /// <summary>Which kind of reward, below the number of heads.</summary>
    public int Head { get; init; }

    /// <summary>Whether it is a reward that adds to an earlier one of the same kind: the prediction was stepped from with that.</summary>
    public bool IsContinued { get; init; }

    /// <summary>r in [−1, 1], of a reward.</summary>
    public float Reward { get; init; }

    /// <summary>When it was logged, in Unix seconds.</summary>
    public uint Seconds { get; init; }

    /// <summary>32 bits that are the same for an impression and its rewards and uniform otherwise: they decide which negatives are kept.</summary>
    public uint Lot { get; init; }
}
