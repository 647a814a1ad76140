using System.Globalization;
using Recs.Matching.Bandits;
using Recs.Offline.Evaluation.Policies;

namespace Recs.Offline.Evaluation.Regrets;

/// <summary>One row of the regret table: a policy with its settings and the clusters it sees.</summary>
/// <param name="Settings">The policy's settings.</param>
/// <param name="Clustering">The clusters; without effect on policies that do not learn per cluster.</param>
public sealed record RegretArm(PolicySettings Settings, Clustering Clustering)
{
    /// <summary>Whether the policy learns per cluster.</summary>
    public bool UsesClusters => Settings.Kind switch
    {
        PolicyKind.DiagUcb or PolicyKind.DiagTs or PolicyKind.HierUcb or PolicyKind.HierTs => true,
        PolicyKind.HierLinUcb => Settings.EdgeLayer,
        _ => false,
    };

    /// <summary>Every setting that matters for this policy, in one line.</summary>
    public string Describe() => UsesClusters
        ? string.Create(CultureInfo.InvariantCulture, $"{Settings.Describe()} c={Clustering.Clusters} k={Clustering.ActiveClusters}")
        : Settings.Describe();
}
