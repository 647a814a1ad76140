using Recs.Offline.Joins;
using Recs.Schema.Models;

namespace Recs.Offline.Gates;

/// <summary>What a candidate is judged by.</summary>
/// <param name="Candidate">The model.</param>
/// <param name="Parent">The model it would replace or was made from; null when there is none.</param>
/// <param name="Items">The catalogue without deleted items.</param>
/// <param name="Interactions">Who met which item with what reward.</param>
/// <param name="Feedback">What decisions showed and earned.</param>
/// <param name="Log">How much of the log was read.</param>
/// <param name="Now">The time.</param>
/// <param name="Seed">Seed of everything that is drawn.</param>
public sealed record GateInput(
    ModelFile Candidate, ModelFile? Parent, IReadOnlyList<RetrainItem> Items, Interactions Interactions,
    BanditFeedback Feedback, LogExtent Log, DateTimeOffset Now, ulong Seed)
{
    /// <summary>Whether nothing is lost with it: no model with items is there to be replaced.</summary>
    internal bool IsFirst => Parent is not { Items: > 0 };

    /// <summary>Catalogue rows, strictly ascending.</summary>
    internal int[] Rows => [.. Items.Select(item => item.Row).Order()];
}
