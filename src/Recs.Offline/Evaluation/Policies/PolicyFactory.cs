using Recs.Matching.Bandits;

namespace Recs.Offline.Evaluation.Policies;

/// <summary>Makes a fresh policy of given settings.</summary>
public static class PolicyFactory
{
    /// <summary>A policy that has learned nothing yet.</summary>
    public static IBanditPolicy Create(PolicySettings settings, PolicyShape shape) => settings.Kind switch
    {
        PolicyKind.DiagUcb or PolicyKind.DiagTs => new EdgePolicy(settings, shape),
        PolicyKind.HierUcb or PolicyKind.HierTs => new HierarchicalPolicy(settings, shape),
        PolicyKind.LinUcb or PolicyKind.LinTs => new LinearPolicy(settings, shape),
        PolicyKind.HierLinUcb => new HierarchicalLinearPolicy(settings, shape),
        PolicyKind.SquareCb or PolicyKind.FastCb => new LinearGapPolicy(settings, shape),
        PolicyKind.NeuSquareCb or PolicyKind.NeuFastCb or PolicyKind.CappedIgw => new NeuralGapPolicy(settings, shape),
        PolicyKind.NeuralUcb or PolicyKind.NeuralTs or PolicyKind.CnUcb or PolicyKind.CnTs => new NeuralBoundPolicy(settings, shape),
        PolicyKind.NeuralLinear => new NeuralLinearPolicy(settings, shape),
        _ => new ItemPolicy(settings, shape),
    };
}
