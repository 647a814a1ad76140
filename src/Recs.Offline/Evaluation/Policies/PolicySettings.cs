using System.Globalization;
using Recs.Matching.Bandits;

namespace Recs.Offline.Evaluation.Policies;

/// <summary>One policy with every number it is run with.</summary>
public sealed record PolicySettings(PolicyKind Kind)
{
    /// <summary>Exploration: α of an upper confidence bound, width of a Thompson draw in standard deviations, or ε.</summary>
    public double Exploration { get; init; }

    /// <summary>L1 of the hierarchical policies: the pull of an edge's effect to zero.</summary>
    public double EdgeShrinkage { get; init; } = HierarchicalUcb.DefaultEdgeShrinkage;

    /// <summary>L2 of the hierarchical policies.</summary>
    public double ItemShrinkage { get; init; } = HierarchicalUcb.DefaultItemShrinkage;

    /// <summary>λ of the regressions.</summary>
    public double Ridge { get; init; } = HierarchicalLinUcb.DefaultRidge;

    /// <summary>hier-lin-ucb: what an edge earned above its regression is added; without it the form of section 1.8.</summary>
    public bool EdgeLayer { get; init; } = true;

    /// <summary>Diagonal policies: an item with a matched edge that was never tried scores +∞.</summary>
    public bool InfiniteUnexplored { get; init; } = true;

    /// <summary>Diagonal policies: mean and interval are divided by the number of matched edges.</summary>
    public bool Normalise { get; init; }

    /// <summary>The settings that matter for this kind, as <c>name=value</c> pairs in one line.</summary>
    public string Describe()
    {
        var exploration = Exploration.ToString(CultureInfo.InvariantCulture);
        return Kind switch
        {
            PolicyKind.Uniform or PolicyKind.Popular => "",
            PolicyKind.EpsilonGreedy => $"epsilon={exploration}",
            PolicyKind.BetaTs => $"width={exploration}",
            PolicyKind.Ucb1 => $"alpha={exploration}",
            PolicyKind.LinUcb or PolicyKind.LinTs => $"alpha={exploration} ridge={Text(Ridge)}",
            PolicyKind.HierLinUcb =>
                $"alpha={exploration} ridge={Text(Ridge)} " + (EdgeLayer ? $"l1={Text(EdgeShrinkage)}" : "edges=false"),
            PolicyKind.DiagUcb => $"alpha={exploration} {DiagonalForm}",
            PolicyKind.DiagTs => $"width={exploration} {DiagonalForm}",
            PolicyKind.HierTs => $"width={exploration} l1={Text(EdgeShrinkage)} l2={Text(ItemShrinkage)}",
            _ => $"alpha={exploration} l1={Text(EdgeShrinkage)} l2={Text(ItemShrinkage)}",
        };
    }

    string DiagonalForm => (Normalise ? "norm " : "lit ") + (InfiniteUnexplored ? "inf" : "finite");

    static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
