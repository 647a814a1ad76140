namespace Recs.Schema.Decisions;

/// <summary>
/// What was decided, as the decision token carries it: enough to learn from feedback at any delay without a join
/// store, and enough for off-policy evaluation.
/// </summary>
public sealed record Decision
{
    /// <summary>Most active clusters a decision can carry: a matched mask has 16 bits.</summary>
    public const int ClustersMax = 16;

    /// <summary>Most items of a slate.</summary>
    public const int ItemsMax = 100;

    /// <summary>Most UTF-8 bytes of a surface's name.</summary>
    public const int SurfaceBytesMax = 32;

    /// <summary>Random number that identifies the decision.</summary>
    public required ulong Nonce { get; init; }

    /// <summary>When it was decided; whole milliseconds.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Number of the policy that decided.</summary>
    public required byte Policy { get; init; }

    /// <summary>Version of the graph that nominated.</summary>
    public required uint Graph { get; init; }

    /// <summary>128-bit hash of the viewer's id; empty for an anonymous viewer.</summary>
    public Guid Viewer { get; init; }

    /// <summary>Intercept a of the prior π = σ(a + β⟨u, v⟩) at the time.</summary>
    public float PriorIntercept { get; init; }

    /// <summary>Slope β of the prior at the time.</summary>
    public float PriorSlope { get; init; }

    /// <summary>Where the slate was shown; empty when the caller did not say.</summary>
    public string Surface { get; init; } = "";

    /// <summary>The context: active clusters with their weights, shape [K], K ≤ 16.</summary>
    public required ClusterWeight[] Clusters { get; init; }

    /// <summary>The slate in order of position, shape [N], N ≤ 100.</summary>
    public required DecidedItem[] Items { get; init; }
}
