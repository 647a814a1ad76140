namespace Recs.Offline.Evaluation.Combinatorial;

/// <summary>A published cumulative regret.</summary>
/// <param name="Mean">Mean over 20 simulations.</param>
/// <param name="Deviation">Standard deviation over them.</param>
/// <remarks>Recomputed from the raw arrays that the authors of arXiv:2306.00242 released.</remarks>
public readonly record struct PublishedRegret(double Mean, double Deviation)
{
    /// <summary>The figure for an experiment; null if none was published for it.</summary>
    public static PublishedRegret? Of(SlatePolicyKind kind, SlateSettings settings) =>
        settings is not { Arms: 20, SlateSize: 4, Width: 100, Samples: 10, Noise: 0.01 }
            ? null
            : (settings.Function, settings.Dimensions, settings.Rounds, kind) switch
            {
                (ScoreFunction.Linear, 80, 2000, SlatePolicyKind.NeuralUcb) => new(29.6, 3.1),
                (ScoreFunction.Linear, 80, 2000, SlatePolicyKind.NeuralThompson) => new(30.6, 2.6),
                (ScoreFunction.Linear, 80, 2000, SlatePolicyKind.NeuralThompsonSingle) => new(33.0, 2.6),
                (ScoreFunction.Linear, 80, 2000, SlatePolicyKind.LinearUcb) => new(852.9, 72.5),
                (ScoreFunction.Linear, 80, 2000, SlatePolicyKind.LinearThompson) => new(981.0, 58.3),
                (ScoreFunction.Quadratic, 80, 2000, SlatePolicyKind.NeuralUcb) => new(90.6, 15.2),
                (ScoreFunction.Quadratic, 80, 2000, SlatePolicyKind.NeuralThompson) => new(88.1, 8.4),
                (ScoreFunction.Quadratic, 80, 2000, SlatePolicyKind.NeuralThompsonSingle) => new(94.3, 14.2),
                (ScoreFunction.Quadratic, 80, 2000, SlatePolicyKind.LinearUcb) => new(230.7, 5.9),
                (ScoreFunction.Quadratic, 80, 2000, SlatePolicyKind.LinearThompson) => new(232.5, 2.3),
                (ScoreFunction.Cosine, 80, 4000, SlatePolicyKind.NeuralUcb) => new(509.3, 49.4),
                (ScoreFunction.Cosine, 80, 4000, SlatePolicyKind.NeuralThompson) => new(538.7, 90.8),
                (ScoreFunction.Cosine, 80, 4000, SlatePolicyKind.NeuralThompsonSingle) => new(556.6, 89.0),
                (ScoreFunction.Cosine, 80, 4000, SlatePolicyKind.LinearUcb) => new(995.5, 20.0),
                (ScoreFunction.Cosine, 80, 4000, SlatePolicyKind.LinearThompson) => new(993.3, 18.6),
                (ScoreFunction.Quadratic, 40, 2000, SlatePolicyKind.NeuralUcb) => new(63.7, 18.6),
                (ScoreFunction.Quadratic, 40, 2000, SlatePolicyKind.NeuralThompson) => new(62.5, 18.6),
                (ScoreFunction.Quadratic, 40, 2000, SlatePolicyKind.NeuralThompsonSingle) => new(62.1, 9.7),
                (ScoreFunction.Quadratic, 120, 4000, SlatePolicyKind.NeuralUcb) => new(174.0, 14.9),
                (ScoreFunction.Quadratic, 120, 4000, SlatePolicyKind.NeuralThompson) => new(165.1, 16.0),
                (ScoreFunction.Quadratic, 120, 4000, SlatePolicyKind.NeuralThompsonSingle) => new(169.6, 9.8),
                _ => null,
            };
}
