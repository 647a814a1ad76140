namespace Recs.Matching.Bandits;

/// <summary>Which statistics a policy ranks by; what is in no family ranks by an item's own.</summary>
public static class PolicyFamilies
{
    /// <summary>Whether it ranks by the edges of the viewer's clusters.</summary>
    public static bool RanksEdges(this PolicyKind kind) =>
        kind is PolicyKind.DiagUcb or PolicyKind.DiagTs or PolicyKind.HierUcb or PolicyKind.HierTs;

    /// <summary>Whether it ranks by a regression over the clusters' weights, per item.</summary>
    public static bool IsLinear(this PolicyKind kind) =>
        kind is PolicyKind.LinUcb or PolicyKind.HierLinUcb or PolicyKind.LinTs or PolicyKind.SquareCb or PolicyKind.FastCb;

    /// <summary>Whether it ranks by the neural model.</summary>
    public static bool IsNeural(this PolicyKind kind) =>
        kind is PolicyKind.NeuSquareCb or PolicyKind.NeuFastCb or PolicyKind.NeuralUcb or PolicyKind.NeuralTs or PolicyKind.NeuralLinear
            or PolicyKind.CappedIgw or PolicyKind.CnUcb or PolicyKind.CnTs;

    /// <summary>Whether it draws from its belief.</summary>
    public static bool IsThompson(this PolicyKind kind) =>
        kind is PolicyKind.BetaTs or PolicyKind.DiagTs or PolicyKind.HierTs or PolicyKind.LinTs or PolicyKind.NeuralTs
            or PolicyKind.NeuralLinear or PolicyKind.CnTs or PolicyKind.VarTs;

    /// <summary>Whether it draws by inverse gap weighting.</summary>
    public static bool IsGapWeighted(this PolicyKind kind) =>
        kind is PolicyKind.SquareCb or PolicyKind.FastCb or PolicyKind.NeuSquareCb or PolicyKind.NeuFastCb or PolicyKind.CappedIgw;
}
