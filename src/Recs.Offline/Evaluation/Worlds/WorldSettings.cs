using Recs.Matching.Bandits;
using Recs.Offline.Evaluation.Policies;

namespace Recs.Offline.Evaluation.Worlds;

/// <summary>The settings policies run with in the world, and the ones tuning chooses from.</summary>
public static class WorldSettings
{
    /// <summary>
    /// The settings used without tuning: each rival's best exploration at delay 500, and the one fixed setting of the
    /// hierarchical policies.
    /// </summary>
    public static PolicySettings Default(PolicyKind kind) => new(kind)
    {
        Exploration = kind switch
        {
            PolicyKind.EpsilonGreedy => 0.05,
            PolicyKind.Ucb1 => 0.05,
            PolicyKind.BetaTs or PolicyKind.VarTs => BetaThompson.DefaultWidth,
            PolicyKind.HierUcb => HierarchicalUcb.DefaultAlpha,
            PolicyKind.HierTs => HierarchicalUcb.DefaultWidth,
            _ => 0.3,
        },
        EdgeShrinkage = kind is PolicyKind.HierLinUcb
            ? HierarchicalLinUcb.DefaultEdgeShrinkage
            : HierarchicalUcb.DefaultEdgeShrinkage,
    };

    /// <summary>The settings tuning tries; the hierarchical policies keep their one fixed setting.</summary>
    /// <remarks>
    /// ucb1's smallest α is 0.03 and not the 0 of the other arms: without any bonus it is a greedy mean, which is another
    /// policy (ask for it with <c>ucb1:alpha=0</c>).
    /// </remarks>
    public static PolicySettings[] Grid(PolicySettings settings) => settings.Kind switch
    {
        PolicyKind.EpsilonGreedy => With(settings, 0.01, 0.03, 0.1),
        PolicyKind.Ucb1 => With(settings, 0.03, 0.1, 0.3, 1, 3),
        PolicyKind.BetaTs or PolicyKind.VarTs => With(settings, 0.1, 0.3, 1),
        PolicyKind.DiagUcb => With(settings, 0, 0.1, 0.3, 1, 3),
        PolicyKind.DiagTs => With(settings, 0.1, 0.3, 1),
        _ => [settings],
    };

    static PolicySettings[] With(PolicySettings settings, params ReadOnlySpan<double> explorations)
    {
        var grid = new PolicySettings[explorations.Length];
        for (var i = 0; i < grid.Length; i++)
        {
            grid[i] = settings with { Exploration = explorations[i] };
        }

        return grid;
    }
}
