using System.Collections.Frozen;

namespace Recs.Matching.Bandits;

/// <summary>The names by which callers, configuration and tables know the policies.</summary>
public static class PolicyNames
{
    static readonly FrozenDictionary<string, PolicyKind> ByName = new Dictionary<string, PolicyKind>(StringComparer.Ordinal)
    {
        ["uniform"] = PolicyKind.Uniform,
        ["popular"] = PolicyKind.Popular,
        ["epsilon-greedy"] = PolicyKind.EpsilonGreedy,
        ["ucb1"] = PolicyKind.Ucb1,
        ["beta-ts"] = PolicyKind.BetaTs,
        ["lin-ucb"] = PolicyKind.LinUcb,
        ["diag-ucb"] = PolicyKind.DiagUcb,
        ["diag-ts"] = PolicyKind.DiagTs,
        ["hier-ucb"] = PolicyKind.HierUcb,
        ["hier-ts"] = PolicyKind.HierTs,
        ["hier-lin-ucb"] = PolicyKind.HierLinUcb,
        ["lin-ts"] = PolicyKind.LinTs,
        ["squarecb"] = PolicyKind.SquareCb,
        ["fastcb"] = PolicyKind.FastCb,
        ["neu-square-cb"] = PolicyKind.NeuSquareCb,
        ["neu-fast-cb"] = PolicyKind.NeuFastCb,
        ["neural-ucb"] = PolicyKind.NeuralUcb,
        ["neural-ts"] = PolicyKind.NeuralTs,
        ["neural-linear"] = PolicyKind.NeuralLinear,
        ["capped-igw"] = PolicyKind.CappedIgw,
        ["cn-ucb"] = PolicyKind.CnUcb,
        ["cn-ts"] = PolicyKind.CnTs,
        ["var-ts"] = PolicyKind.VarTs,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    static readonly FrozenDictionary<PolicyKind, string> ByKind = ByName.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>Every name, in no particular order.</summary>
    public static IReadOnlyCollection<string> All => ByName.Keys;

    /// <summary>The wire name of a policy.</summary>
    public static string Of(PolicyKind kind) => ByKind[kind];

    /// <summary>Finds a policy by its wire name; names are case-sensitive.</summary>
    public static bool TryParse(string name, out PolicyKind kind) => ByName.TryGetValue(name, out kind);
}
