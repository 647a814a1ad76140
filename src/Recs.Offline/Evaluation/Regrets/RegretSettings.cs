using Recs.Matching.Bandits;
using Recs.Offline.Evaluation.Policies;

namespace Recs.Offline.Evaluation.Regrets;

/// <summary>The settings policies run with on full-information tables, and the ones tuning chooses from.</summary>
public static class RegretSettings
{
    /// <summary>The policies compared when none are named.</summary>
    public const string AllPolicies =
        "uniform,popular,epsilon-greedy,ucb1,beta-ts,diag-ucb,diag-ts,hier-ucb,hier-ts,lin-ucb,lin-ts,hier-lin-ucb";

    /// <summary>The settings used without tuning: each policy's best on tuning seeds of the Jester table.</summary>
    public static PolicySettings Default(PolicyKind kind) => new(kind)
    {
        Exploration = kind switch
        {
            PolicyKind.EpsilonGreedy => 0.05,
            PolicyKind.Ucb1 => 0.3,
            PolicyKind.BetaTs => 1,
            PolicyKind.DiagUcb => 0.3,
            PolicyKind.DiagTs => 0.3,
            PolicyKind.HierUcb => 0.6,
            PolicyKind.HierTs => 0.6,
            PolicyKind.LinTs => 0.3,
            _ => HierarchicalLinUcb.DefaultAlpha,
        },
    };

    /// <summary>The settings tuning tries for one policy.</summary>
    public static PolicySettings[] Grid(PolicySettings settings) => settings.Kind switch
    {
        PolicyKind.EpsilonGreedy => With(settings, 0.01, 0.02, 0.05, 0.1),
        PolicyKind.Ucb1 => With(settings, 0.1, 0.2, 0.3, 0.4, 0.6),
        PolicyKind.BetaTs => With(settings, 0.3, 0.6, 1, 1.5),
        PolicyKind.DiagUcb or PolicyKind.DiagTs =>
            [.. With(settings, 0.03, 0.1, 0.3), .. With(settings with { InfiniteUnexplored = false }, 0.03, 0.1, 0.3)],
        PolicyKind.HierUcb or PolicyKind.HierTs =>
            [.. With(settings, 0.2, 0.4, 0.6, 1), .. With(settings with { EdgeShrinkage = 4 }, 0.2, 0.4, 0.6, 1)],
        PolicyKind.LinUcb or PolicyKind.LinTs => With(settings, 0.1, 0.2, 0.3, 0.45, 0.6, 0.9),
        PolicyKind.HierLinUcb =>
            [.. With(settings, 0.2, 0.3, 0.45, 0.6, 0.9), .. With(settings with { Ridge = 3 }, 0.3, 0.6, 0.9)],
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
