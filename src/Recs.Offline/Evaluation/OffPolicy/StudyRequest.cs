namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>A study on many synthetic logs of one world.</summary>
/// <param name="Logs">Number of logs, at least 2.</param>
/// <param name="Rows">Rows of each.</param>
/// <param name="Model">The reward model.</param>
/// <param name="PropensityFactor">
/// What recorded propensities are multiplied with (at most to 1): 1 records them as they were, anything else makes them wrong.
/// </param>
public sealed record StudyRequest(int Logs, int Rows, ModelQuality Model = ModelQuality.Fitted, double PropensityFactor = 1);
