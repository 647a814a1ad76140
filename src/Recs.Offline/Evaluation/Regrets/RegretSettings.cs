using Recs.Matching.Bandits;
using Recs.Offline.Evaluation.Policies;

namespace Recs.Offline.Evaluation.Regrets;

/// <summary>The settings policies run with on full-information tables, and the ones tuning chooses from.</summary>
public static class RegretSettings
{
    /// <summary>The policies compared when none are named.</summary>
    public const string AllPolicies =
        "uniform,popular,epsilon-greedy,ucb1,beta-ts,var-ts,diag-ucb,diag-ts,hier-ucb,hier-ts,lin-ucb,lin-ts,hier-lin-ucb";

    /// <summary>The settings used without tuning: each policy's best on tuning seeds of the Jester table, those with a network on the classification tables.</summary>
    public static PolicySettings Default(PolicyKind kind) => kind switch
    {
        PolicyKind.EpsilonGreedy => new(kind) { Exploration = 0.1 },
        PolicyKind.Ucb1 => new(kind) { Exploration = 0.3 },
        PolicyKind.BetaTs => new(kind) { Exploration = 0.6 },
        PolicyKind.VarTs => new(kind) { Exploration = 0.3 },
        PolicyKind.DiagUcb or PolicyKind.DiagTs => new(kind) { Exploration = 0.3 },
        PolicyKind.HierUcb or PolicyKind.HierTs =>
            new(kind) { Exploration = 0.6, EdgeShrinkage = 0.1, ItemShrinkage = 16 },
        PolicyKind.LinUcb => new(kind) { Exploration = 0.6, Ridge = 0.1 },
        PolicyKind.LinTs => new(kind) { Exploration = 0.1, Ridge = 0.1 },
        PolicyKind.HierLinUcb =>
            new(kind) { Exploration = 0.5, EdgeShrinkage = 0.1, Ridge = HierarchicalLinUcb.DefaultRidge },
        PolicyKind.SquareCb => new(kind) { Exploration = 10, Ridge = 0.1 },
        PolicyKind.FastCb => new(kind) { Exploration = 10, Ridge = 0.1 },
        PolicyKind.NeuFastCb => new(kind) { Exploration = 10 },
        PolicyKind.NeuSquareCb or PolicyKind.CappedIgw => new(kind) { Exploration = 100 },
        PolicyKind.NeuralUcb or PolicyKind.CnUcb => new(kind) { Exploration = 0.3 },
        PolicyKind.NeuralTs or PolicyKind.CnTs => new(kind) { Exploration = 0.1 },
        PolicyKind.NeuralLinear => new(kind) { Exploration = 0.03 },
        _ => new(kind),
    };

    /// <summary>The settings tuning tries for one policy, around its defaults and away from them.</summary>
    public static PolicySettings[] Grid(PolicySettings settings) => settings.Kind switch
    {
        PolicyKind.EpsilonGreedy => Explorations([settings], 0.01, 0.02, 0.05, 0.1, 0.2),
        PolicyKind.Ucb1 => Explorations([settings], 0.05, 0.1, 0.2, 0.3, 0.4, 0.6),
        PolicyKind.BetaTs or PolicyKind.VarTs => Explorations([settings], 0.1, 0.3, 0.6, 1, 1.5),
        PolicyKind.DiagUcb or PolicyKind.DiagTs =>
            Explorations([settings, settings with { InfiniteUnexplored = false }], 0.03, 0.1, 0.3, 0.6, 1, 2),
        PolicyKind.HierUcb or PolicyKind.HierTs => Explorations(EdgeShrinkages(settings, 0.1, 0.25, 1, 4, 16), 0.1, 0.3, 0.6, 1),
        PolicyKind.LinUcb or PolicyKind.LinTs => Explorations(Ridges(settings, 0.1, 0.3, 1), 0.05, 0.1, 0.2, 0.3, 0.6),
        PolicyKind.SquareCb or PolicyKind.FastCb => Explorations(Ridges(settings, 0.1, 1), 1, 10, 100),
        PolicyKind.NeuSquareCb or PolicyKind.NeuFastCb or PolicyKind.CappedIgw => Explorations(Rates(settings, 0.001, 0.003, 0.01), 1, 10, 100),
        PolicyKind.NeuralUcb or PolicyKind.NeuralTs or PolicyKind.CnUcb or PolicyKind.CnTs or PolicyKind.NeuralLinear =>
            Explorations(Rates(settings, 0.001, 0.003, 0.01), 0.01, 0.03, 0.1, 0.3),
        PolicyKind.HierLinUcb => Explorations(
            [
                .. EdgeShrinkages(settings with { Ridge = 0.1 }, 0.25, 2),
                .. EdgeShrinkages(settings, 0.1, 0.25, 2),
                .. EdgeShrinkages(settings with { Ridge = 2 }, 0.1, 0.25),
            ],
            0.1,
            0.3,
            0.5,
            0.7),
        _ => [settings],
    };

    static PolicySettings[] EdgeShrinkages(PolicySettings settings, params ReadOnlySpan<double> values)
    {
        var grid = new PolicySettings[values.Length];
        for (var i = 0; i < grid.Length; i++)
        {
            grid[i] = settings with { EdgeShrinkage = values[i] };
        }

        return grid;
    }

    static PolicySettings[] Ridges(PolicySettings settings, params ReadOnlySpan<double> values)
    {
        var grid = new PolicySettings[values.Length];
        for (var i = 0; i < grid.Length; i++)
        {
            grid[i] = settings with { Ridge = values[i] };
        }

        return grid;
    }

    static PolicySettings[] Rates(PolicySettings settings, params ReadOnlySpan<double> values)
    {
        var grid = new PolicySettings[values.Length];
        for (var i = 0; i < grid.Length; i++)
        {
            grid[i] = settings with { Rate = values[i] };
        }

        return grid;
    }

    static PolicySettings[] Explorations(PolicySettings[] settings, params ReadOnlySpan<double> values)
    {
        var grid = new List<PolicySettings>(settings.Length * values.Length);
        foreach (var value in values)
        {
            grid.AddRange(settings.Select(start => start with { Exploration = value }));
        }

        return [.. grid];
    }
}
