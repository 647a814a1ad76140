using System.Runtime.CompilerServices;

namespace Recs.Storage.Postgres;

/// <inheritdoc cref="ICatalogueStore"/>
sealed class PostgresCatalogue(PostgresConnections connections) : ICatalogueStore
{
    const int ItemsPerWriteMax = 500;
    const int ItemsPerReadMax = 1000;

    /// <inheritdoc/>
    public async ValueTask<bool> UpsertAsync(ShardOwner? owner, IReadOnlyList<StoredItem> items, CancellationToken cancel)
    {
        foreach (var part in items.Chunk(ItemsPerWriteMax))
        {
            if (!await connections.TransactAsync(transaction => Upsert(transaction, owner, part), cancel))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredItem> ReadAsync(CancellationToken cancel) => ReadShardAsync(0, 1, cancel);

    /// <inheritdoc/>
    /// <remarks>A shard's read passes over the rows of the others in the primary key, in order.</remarks>
    public async IAsyncEnumerable<StoredItem> ReadShardAsync(
        int shard, int shards, [EnumeratorCancellation] CancellationToken cancel)
    {
        var after = -1;
        while (true)
        {
            var part = await connections.QueryAsync(
                "SELECT row, id, deleted, payload FROM recs.item WHERE row > $1 AND row % $2 = $3 ORDER BY row LIMIT $4",
                row => new StoredItem(row.GetInt32(0), row.GetString(1), row.GetBoolean(2), row.GetFieldValue<byte[]>(3)),
                cancel,
                after,
                shards,
                shard,
                ItemsPerReadMax);
            foreach (var item in part)
            {
                yield return item;
            }

            if (part.Count < ItemsPerReadMax)
            {
                yield break;
            }

            after = part[^1].Row;
        }
    }

    static async Task<bool> Upsert(PostgresTransaction transaction, ShardOwner? owner, StoredItem[] items)
    {
        if (owner is { } writer && await PostgresSnapshots.Hold(transaction, writer) is null)
        {
            return false;
        }

        _ = await transaction.Execute(
            """
            INSERT INTO recs.item (row, id, deleted, payload)
            SELECT * FROM unnest($1, $2, $3, $4)
            ON CONFLICT (row) DO UPDATE SET id = excluded.id, deleted = excluded.deleted, payload = excluded.payload
            """,
            items.Select(item => item.Row).ToArray(),
            items.Select(item => item.Id).ToArray(),
            items.Select(item => item.Deleted).ToArray(),
            items.Select(item => item.Payload.ToArray()).ToArray());
        return true;
    }
}
