namespace Recs.Offline.Evaluation.Combinatorial;

/// <summary>The policies of the combinatorial comparison.</summary>
public enum SlatePolicyKind
{
    /// <summary>CN-UCB.</summary>
    NeuralUcb,

    /// <summary>CN-TS with M = 10 draws.</summary>
    NeuralThompson,

    /// <summary>CN-TS with one draw.</summary>
    NeuralThompsonSingle,

    /// <summary>CombLinUCB.</summary>
    LinearUcb,

    /// <summary>CombLinTS.</summary>
    LinearThompson,
}
