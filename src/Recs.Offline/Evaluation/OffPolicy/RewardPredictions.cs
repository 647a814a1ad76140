namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>What a cross-fitted reward model says about every row and action of a log.</summary>
/// <param name="Values">q̂(x_i, a) at the row's position, from a model that has not seen row i, shape [rows][A].</param>
/// <param name="Model">The model in words.</param>
/// <param name="Loss">
/// Mean held-out loss: cross-entropy in nats where every reward lies in [0, 1], squared error otherwise.
/// </param>
/// <param name="Losses">The loss of every model that was tried.</param>
public sealed record RewardPredictions(
    IReadOnlyList<double[]> Values,
    string Model,
    double Loss,
    IReadOnlyList<(string Model, double Loss)> Losses);
