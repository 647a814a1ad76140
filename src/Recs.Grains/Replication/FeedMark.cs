namespace Recs.Grains.Replication;

/// <summary>A moment in the life of a shard: a replica that has reached it has every change up to then.</summary>
/// <param name="Epoch">Number of the shard's owner; sequences of different owners do not compare.</param>
/// <param name="Sequence">Changes since that owner began.</param>
[GenerateSerializer]
[Alias("Recs.FeedMark")]
[Immutable]
public readonly record struct FeedMark([property: Id(0)] long Epoch, [property: Id(1)] long Sequence);
