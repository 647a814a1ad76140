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

    /// <summary>Policies with a network: η.</summary>
    public double Rate { get; init; } = 0.003;

    /// <summary>Policies with a network: units of the hidden layer.</summary>
    public int Hidden { get; init; } = 64;

    /// <summary>Policies with a network: past examples, drawn anew, that are learned beside each new one.</summary>
    public int Replays { get; init; } = 8;

    /// <summary>neu-square-cb and neu-fast-cb: c of the perturbed ensemble; 0 is the ablation without it.</summary>
    public double Perturbation { get; init; } = 0.1;

    /// <summary>The settings that matter for this kind, as <c>name=value</c> pairs in one line.</summary>
    public string Describe()
    {
        var exploration = Exploration.ToString(CultureInfo.InvariantCulture);
        return Kind switch
        {
            PolicyKind.Uniform or PolicyKind.Popular => "",
            PolicyKind.EpsilonGreedy => $"epsilon={exploration}",
            PolicyKind.BetaTs or PolicyKind.VarTs => $"width={exploration}",
            PolicyKind.Ucb1 => $"alpha={exploration}",
            PolicyKind.LinUcb or PolicyKind.LinTs => $"alpha={exploration} ridge={Text(Ridge)}",
            PolicyKind.HierLinUcb =>
                $"alpha={exploration} ridge={Text(Ridge)} " + (EdgeLayer ? $"l1={Text(EdgeShrinkage)}" : "edges=false"),
            PolicyKind.SquareCb or PolicyKind.FastCb => $"gamma={exploration} ridge={Text(Ridge)}",
            PolicyKind.NeuSquareCb or PolicyKind.NeuFastCb => $"gamma={exploration} {NetworkForm} perturbation={Text(Perturbation)}",
            PolicyKind.CappedIgw => $"gamma={exploration} {NetworkForm}",
            PolicyKind.NeuralUcb or PolicyKind.NeuralTs or PolicyKind.NeuralLinear or PolicyKind.CnUcb or PolicyKind.CnTs =>
                $"alpha={exploration} {NetworkForm}",
            PolicyKind.DiagUcb => $"alpha={exploration} {DiagonalForm}",
            PolicyKind.DiagTs => $"width={exploration} {DiagonalForm}",
            PolicyKind.HierTs => $"width={exploration} l1={Text(EdgeShrinkage)} l2={Text(ItemShrinkage)}",
            _ => $"alpha={exploration} l1={Text(EdgeShrinkage)} l2={Text(ItemShrinkage)}",
        };
    }

    string NetworkForm => $"hidden={Hidden} rate={Text(Rate)} replays={Replays}";

    string DiagonalForm => (Normalise ? "norm " : "lit ") + (InfiniteUnexplored ? "inf" : "finite");

    static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
