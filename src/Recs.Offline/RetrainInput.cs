using Recs.Offline.Checkpoints;
using Recs.Offline.Joins;
using Recs.Schema.Models;

namespace Recs.Offline;

/// <summary>What a training reads.</summary>
/// <param name="Items">The catalogue without deleted items, in any order; rows are unique.</param>
/// <param name="Interactions">Who met which item with what reward.</param>
/// <param name="Previous">The model to start from; null for none.</param>
public sealed record RetrainInput(
    IReadOnlyList<RetrainItem> Items, Interactions Interactions, ModelFile? Previous)
{
    /// <summary>Numbers that a new lineage would take: above those of every stored model.</summary>
    public LineageNumbers Next { get; init; } = LineageNumbers.After(Previous);

    /// <summary>Decides what is fresh and stamps the model; null for the clock's.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>Where finished steps are left and found; null for nowhere.</summary>
    public TrainingCheckpoints? Checkpoints { get; init; }
}
