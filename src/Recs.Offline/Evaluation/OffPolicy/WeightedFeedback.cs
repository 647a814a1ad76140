namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>All that an estimator may see of n logged rows. Arrays have shape [n].</summary>
/// <param name="Target">π_e(a|x), ≥ 0.</param>
/// <param name="Behavior">π_b(a|x), &gt; 0.</param>
/// <param name="Rewards">r, finite.</param>
/// <param name="Predicted">q̂(x, a) of the action shown, from a model that has not seen the row.</param>
/// <param name="PredictedTarget">q̂(x, π_e) = Σ_a π_e(a|x)·q̂(x, a), from the same model.</param>
public sealed record WeightedFeedback(
    double[] Target, double[] Behavior, double[] Rewards, double[] Predicted, double[] PredictedTarget)
{
    /// <summary>Number of rows.</summary>
    public int RowCount => Rewards.Length;

    /// <summary>w = π_e/π_b, shape [n].</summary>
    public double[] Weights { get; } = [.. Target.Zip(Behavior, (target, behavior) => target / behavior)];

    /// <summary>Feedback without a reward model: every prediction is 0, so DR is IPS and the direct method is 0.</summary>
    public static WeightedFeedback WithoutModel(double[] target, double[] behavior, double[] rewards) =>
        new(target, behavior, rewards, new double[rewards.Length], new double[rewards.Length]);

    /// <summary>A log joined with a target and a model's predictions.</summary>
    /// <param name="log">The log.</param>
    /// <param name="target">Defined for the log's rows.</param>
    /// <param name="predictions">q̂(x_i, a) for every action at the row's position, shape [rows][A].</param>
    public static WeightedFeedback Of(BanditLog log, TargetPolicy target, IReadOnlyList<double[]> predictions)
    {
        var chosen = new double[log.RowCount];
        var predicted = new double[log.RowCount];
        var predictedTarget = new double[log.RowCount];
        for (var row = 0; row < log.RowCount; row++)
        {
            var distribution = target.Of(row);
            chosen[row] = distribution[log.Shown[row]];
            predicted[row] = predictions[row][log.Shown[row]];
            for (var action = 0; action < distribution.Length; action++)
            {
                predictedTarget[row] += distribution[action] * predictions[row][action];
            }
        }

        return new(chosen, log.Propensities, log.Rewards, predicted, predictedTarget);
    }
}
