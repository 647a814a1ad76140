using Recs.Grains.Replication;

namespace Recs.Grains.Items;

/// <summary>What became of patches of items.</summary>
/// <param name="Mark">The moment from which every silo that has reached it shows them.</param>
/// <param name="Refusals">Of each patch, in their order.</param>
[GenerateSerializer]
[Immutable]
[Alias("Recs.PatchedItems")]
public sealed record PatchedItems([property: Id(0)] FeedMark Mark, [property: Id(1)] PatchRefusal[] Refusals);
