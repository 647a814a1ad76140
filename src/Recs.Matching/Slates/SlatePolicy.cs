using System.ComponentModel.DataAnnotations;
using Recs.Matching.Bandits;

namespace Recs.Matching.Slates;

/// <summary>
/// How one request turns scores into a distribution over slates. Immutable: build one per configured policy and
/// share it, so that a request allocates nothing.
/// </summary>
public sealed record SlatePolicy
{
    /// <summary>Largest <see cref="PoolSize"/>.</summary>
    public const int PoolSizeMax = 256;

    /// <summary>Which policy scores and draws.</summary>
    public PolicyKind Kind { get; init; } = PolicyKind.HierUcb;

    /// <summary>α: width of the confidence bound of the deterministic policies, in reward units. Default 0.2.</summary>
    [Range(0f, 1000f)]
    public float Alpha { get; init; } = 0.2f;

    /// <summary>
    /// k of top-k randomisation: a position is drawn uniformly from the k best remaining items, so that requests
    /// answered between two updates differ and every propensity is 1/k instead of 1. Default 5; 1 is the argmax.
    /// </summary>
    [Range(1, 1000)]
    public int TopK { get; init; } = 5;

    /// <summary>Share of positions that epsilon-greedy draws uniformly. Unitless. Default 0.1.</summary>
    [Range(0f, 1f)]
    public float Epsilon { get; init; } = 0.1f;

    /// <summary>
    /// Share of positions that every other policy draws uniformly from all that remains, so that no item's
    /// propensity is 0. Unitless. Default 0.
    /// </summary>
    [Range(0f, 1f)]
    public float Floor { get; init; }

    /// <summary>Factor on a candidate's spread before a Thompson draw. Default 0.3 (algorithms 1.7); 1 is the belief itself.</summary>
    [Range(0f, 100f)]
    public float Width { get; init; } = 0.3f;

    /// <summary>
    /// H: Thompson sampling draws for the H remaining items with the highest mean + 3·width·spread and for no other, and inverse
    /// gap weighting is over the H with the highest mean; part of the policy's definition. Default 64.
    /// </summary>
    [Range(1, PoolSizeMax)]
    public int PoolSize { get; init; } = 64;

    /// <summary>γ of inverse gap weighting: larger exploits more. Default 1000.</summary>
    [Range(0f, 1e9f)]
    public float Gamma { get; init; } = 1000;

    /// <summary>Most that an item can earn: inverse gap weighting takes 1 − score/this for its loss. Default 1.</summary>
    [Range(1e-6f, 1e6f)]
    public float RewardMax { get; init; } = 1;

    /// <summary>τ of capped-igw: no item is more than τ times as probable as under a uniform draw from H. Default 16.</summary>
    [Range(1f, 1e6f)]
    public float Tau { get; init; } = 16;

    /// <summary>Probability that a position is drawn from the fresh layer while it has items. Default 0: layers in order.</summary>
    [Range(0f, 1f)]
    public float FreshShare { get; init; }

    /// <summary>
    /// Impressions of an average item that the popular policy adds to each item's own, so that one lucky impression
    /// does not make a favourite. Default 20.
    /// </summary>
    [Range(0f, 1e9f)]
    public float PopularShrinkage { get; init; } = 20;

    internal bool IsThompson => Kind.IsThompson();

    internal bool IsGapWeighted => Kind.IsGapWeighted();

    internal float Exploration => Kind switch
    {
        PolicyKind.Uniform => 1,
        PolicyKind.EpsilonGreedy => Epsilon,
        _ => Floor,
    };

    internal int TopKWithin(int remaining) => Math.Min(Window, remaining);

    internal int Window => Kind switch
    {
        PolicyKind.EpsilonGreedy => 1,
        _ when IsThompson || IsGapWeighted => PoolSize,
        _ => TopK,
    };

    /// <summary>
    /// The documented defaults of a policy. α: 0.05 for ucb1, 0.3 for diag-ucb, 0.2 for hier-ucb (each the best at a
    /// delay of 500 events, algorithms 1.7), 0.3 for the linear policies.
    /// </summary>
    public static SlatePolicy Of(PolicyKind kind) => new()
    {
        Kind = kind,
        Alpha = kind switch
        {
            PolicyKind.Ucb1 => 0.05f,
            PolicyKind.DiagUcb or PolicyKind.LinUcb or PolicyKind.HierLinUcb => 0.3f,
            _ => 0.2f,
        },
    };
}
