namespace Recs.Storage;

/// <summary>Durable state of the learning shards, fenced by epoch. Safe for any number of callers at once.</summary>
/// <remarks>Every method throws <see cref="IOException"/> when storage fails; a failed write changed nothing.</remarks>
public interface ISnapshotStore
{
    /// <summary>What a shard made durable last; null when it was never taken over.</summary>
    /// <param name="kind">Name of the kind of shard, as in "edges".</param>
    /// <param name="shard">Number of the shard within its kind.</param>
    /// <param name="cancel">Gives up.</param>
    ValueTask<ShardSnapshot?> LoadAsync(string kind, int shard, CancellationToken cancel);

    /// <summary>Raises the epoch of a shard and returns the new one, at least 1: every earlier holder is fenced.</summary>
    ValueTask<long> TakeOverAsync(string kind, int shard, CancellationToken cancel);

    /// <summary>Forgets every page and position of a shard; durable when complete.</summary>
    /// <param name="kind">Name of the kind of shard.</param>
    /// <param name="shard">Number of the shard within its kind.</param>
    /// <param name="epoch">The epoch the caller got from <see cref="TakeOverAsync"/>.</param>
    /// <param name="cancel">Gives up while the write still waits.</param>
    /// <returns>False, and nothing changed, when the epoch is not the current one.</returns>
    ValueTask<bool> DiscardAsync(string kind, int shard, long epoch, CancellationToken cancel);

    /// <summary>Writes changed pages and positions in one transaction; durable when complete.</summary>
    /// <param name="kind">Name of the kind of shard.</param>
    /// <param name="shard">Number of the shard within its kind.</param>
    /// <param name="epoch">The epoch the caller got from <see cref="TakeOverAsync"/>.</param>
    /// <param name="positions">Partition to offset; partitions left out keep theirs.</param>
    /// <param name="changed">Pages to write or, when empty, to delete; pages left out stay. Unchanged until complete.</param>
    /// <param name="cancel">Gives up while the write still waits; a cancelled write changed nothing.</param>
    /// <returns>False, and nothing written, when the epoch is not the current one or any position would go back.</returns>
    ValueTask<bool> SaveAsync(
        string kind,
        int shard,
        long epoch,
        IReadOnlyDictionary<int, long> positions,
        IReadOnlyList<Page> changed,
        CancellationToken cancel);
}
