namespace Recs.Storage;

/// <summary>Durable items. Safe for any number of callers at once.</summary>
/// <remarks>Every method throws <see cref="IOException"/> when storage fails.</remarks>
public interface ICatalogueStore
{
    /// <summary>Inserts or replaces items by row; durable when complete.</summary>
    /// <param name="owner">The shard that writes; null writes without a fence.</param>
    /// <param name="items">Items of the shard; at most one entry per row.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>False when the shard has another owner by now.</returns>
    /// <remarks>
    /// A large list is written in parts: after a failure, a cancellation or a take-over some may have been written. Repeating
    /// it is harmless.
    /// </remarks>
    ValueTask<bool> UpsertAsync(ShardOwner? owner, IReadOnlyList<StoredItem> items, CancellationToken cancel);

    /// <summary>Every item, deleted ones included, by ascending row. What is written meanwhile may or may not be seen.</summary>
    IAsyncEnumerable<StoredItem> ReadAsync(CancellationToken cancel);

    /// <summary>The items whose row modulo <paramref name="shards"/> is <paramref name="shard"/>, by ascending row.</summary>
    IAsyncEnumerable<StoredItem> ReadShardAsync(int shard, int shards, CancellationToken cancel);
}
