namespace Recs.Trainer;

/// <summary>All models, newest first, as <c>--json</c> writes them.</summary>
sealed record ModelList(IReadOnlyList<ModelResult> Models);
