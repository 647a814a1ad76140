namespace Recs.Offline.Checkpoints;

/// <summary>What a training that can be taken up again holds on to, so that it ends as if nobody had interrupted it.</summary>
/// <param name="Now">The moment it began: decides what is fresh and stamps the model.</param>
/// <param name="LogEnds">How far each partition of the log is read.</param>
/// <param name="Parent">The model it starts from; null for none.</param>
/// <param name="Settings">Everything that was asked for, as text.</param>
public sealed record TrainingPlan(DateTimeOffset Now, IReadOnlyList<long> LogEnds, long? Parent, string Settings)
{
    /// <summary>Whether an earlier plan was for the same training: its moment and log may be older.</summary>
    public bool Continues(TrainingPlan earlier) =>
        earlier.Parent == Parent && earlier.Settings == Settings && earlier.LogEnds.Count == LogEnds.Count;
}
