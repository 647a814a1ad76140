using Recs.Schema.Models;

namespace Recs.Offline;

/// <summary>What became of a training.</summary>
/// <param name="Training">The model, or the reason why there is none.</param>
/// <param name="Judgement">What stands between the model and serving; null when there is no model.</param>
/// <param name="Version">The stored version; null when there is no model.</param>
/// <param name="IsActive">Whether it is the one being served.</param>
/// <param name="IsCanary">Whether it is on trial with a share of the viewers.</param>
public sealed record RetrainJobResult(RetrainResult Training, GateReport? Judgement, long? Version, bool IsActive, bool IsCanary)
{
    /// <summary>Steps that an interrupted training had finished and that were not done again.</summary>
    public IReadOnlyCollection<string> Resumed { get; init; } = [];
}
