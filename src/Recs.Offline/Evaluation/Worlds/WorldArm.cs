using Recs.Matching.Bandits;
using Recs.Offline.Evaluation.Policies;

namespace Recs.Offline.Evaluation.Worlds;

/// <summary>One row of the world's table: a policy or a reference, with the number of clusters a request belongs to.</summary>
/// <param name="Name">How the row is called.</param>
/// <param name="Clusters">K.</param>
/// <param name="Settings">The policy's settings, null for a reference.</param>
/// <param name="Reference">The reference when there are no settings.</param>
/// <param name="Tunable">Whether tuning may change the exploration.</param>
public sealed record WorldArm(
    string Name,
    int Clusters,
    PolicySettings? Settings,
    WorldReference Reference,
    bool Tunable)
{
    /// <summary>The row of a policy.</summary>
    public static WorldArm Of(PolicySettings settings, int clusters, bool tunable) =>
        new(PolicyNames.Of(settings.Kind), clusters, settings, default, tunable);

    /// <summary>The row of a reference.</summary>
    public static WorldArm Of(string name, WorldReference reference, int clusters) =>
        new(name, clusters, null, reference, false);
}
