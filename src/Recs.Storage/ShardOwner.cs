namespace Recs.Storage;

/// <summary>Who writes: an activation of a shard, with the epoch it got when it took the shard over.</summary>
/// <param name="Kind">Name of the kind of shard, as in "items".</param>
/// <param name="Shard">Number of the shard within its kind.</param>
/// <param name="Epoch">What <see cref="ISnapshotStore.TakeOverAsync"/> returned.</param>
public readonly record struct ShardOwner(string Kind, int Shard, long Epoch);
