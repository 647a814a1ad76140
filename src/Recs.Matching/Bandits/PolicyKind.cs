namespace Recs.Matching.Bandits;

/// <summary>A policy. The number is written into decision tokens and the log: never reuse one.</summary>
public enum PolicyKind : byte
{
    Uniform = 0,
    Popular = 1,
    EpsilonGreedy = 2,
    Ucb1 = 3,
    BetaTs = 4,
    LinUcb = 5,
    DiagUcb = 6,
    DiagTs = 7,
    HierUcb = 8,
    HierTs = 9,
    HierLinUcb = 10,
    LinTs = 11,
    SquareCb = 12,
    FastCb = 13,
    NeuSquareCb = 14,
    NeuFastCb = 15,
    NeuralUcb = 16,
    NeuralTs = 17,
    NeuralLinear = 18,
    CappedIgw = 19,
    CnUcb = 20,
    CnTs = 21,
    VarTs = 22,
}
