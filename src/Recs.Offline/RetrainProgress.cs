namespace Recs.Offline;

/// <summary>How far a training is.</summary>
/// <param name="Step">Name of the step.</param>
/// <param name="Done">Parts of the step that are done.</param>
/// <param name="Total">Parts of the step, at least 1; an upper bound where the step may end early.</param>
public readonly record struct RetrainProgress(string Step, int Done, int Total);
