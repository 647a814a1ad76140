using System.Runtime.CompilerServices;

namespace Recs.Storage.Postgres;

/// <inheritdoc cref="ICatalogueStore"/>
/// <remarks>500 items are one statement and one round trip, to write as well as 1000 to read.</remarks>
sealed class PostgresCatalogue(PostgresDatabase database) : ICatalogueStore
{
    const int ItemsPerWriteMax = 500;
    const long ItemsPerReadMax = 1000;

    // The modulus of the index that serves one shard; part of the schema.
    const int IndexedShards = 16;

    const string Upsert =
        """
        INSERT INTO recs.item (row, id, deleted, payload) SELECT * FROM unnest($1, $2, $3, $4)
        ON CONFLICT (row) DO UPDATE SET id = excluded.id, deleted = excluded.deleted, payload = excluded.payload
        """;

    // The lock makes a take-over wait until the items are durable, and the items wait for a take-over that came first.
    const string UpsertFenced =
        """
        WITH fence AS MATERIALIZED (
            SELECT 1 FROM recs.shard WHERE kind = $5 AND shard = $6 AND epoch = $7 FOR SHARE)
        INSERT INTO recs.item (row, id, deleted, payload)
        SELECT * FROM unnest($1, $2, $3, $4) WHERE EXISTS (SELECT FROM fence)
        ON CONFLICT (row) DO UPDATE SET id = excluded.id, deleted = excluded.deleted, payload = excluded.payload
        """;

    const string ReadAll =
        "SELECT row, id, deleted, payload FROM recs.item WHERE row > $1 ORDER BY row LIMIT $2";

    const string ReadOf =
        "SELECT row, id, deleted, payload FROM recs.item WHERE row > $1 AND row % $3 = $4 ORDER BY row LIMIT $2";

    const string ReadOfIndexed =
        """
        SELECT row, id, deleted, payload FROM recs.item
        WHERE row % 16 = $5 AND row > $1 AND row % $3 = $4 ORDER BY row % 16, row LIMIT $2
        """;

    /// <inheritdoc/>
    public async ValueTask<bool> UpsertAsync(ShardOwner? owner, IReadOnlyList<StoredItem> items, CancellationToken cancel)
    {
        // Whoever else writes the same items takes their locks in the same order.
        foreach (var part in items.OrderBy(item => item.Row).Chunk(ItemsPerWriteMax))
        {
            if (!await UpsertAsync(owner, part, cancel))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredItem> ReadAsync(CancellationToken cancel) => ReadShardAsync(0, 1, cancel);

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredItem> ReadShardAsync(
        int shard, int shards, [EnumeratorCancellation] CancellationToken cancel)
    {
        var after = -1;
        while (true)
        {
            var part = await ReadAsync(after, shard, shards, cancel);
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

    ValueTask<bool> UpsertAsync(ShardOwner? owner, StoredItem[] part, CancellationToken cancel) =>
        database.RunAsync(
            async connection =>
            {
                await using var command = connection.Statement(
                    owner is null ? Upsert : UpsertFenced,
                    PostgresStatement.Of([.. part.Select(item => item.Row)]),
                    PostgresStatement.Of([.. part.Select(item => item.Id)]),
                    PostgresStatement.Of([.. part.Select(item => item.Deleted)]),
                    PostgresStatement.Of([.. part.Select(item => item.Payload)]));
                if (owner is { } writer)
                {
                    command.Parameters.Add(PostgresStatement.Of(writer.Kind));
                    command.Parameters.Add(PostgresStatement.Of(writer.Shard));
                    command.Parameters.Add(PostgresStatement.Of(writer.Epoch));
                }

                return await command.ExecuteNonQueryAsync(CancellationToken.None) == part.Length;
            },
            cancel);

    ValueTask<List<StoredItem>> ReadAsync(int after, int shard, int shards, CancellationToken cancel) =>
        database.ReadAsync(
            async connection =>
            {
                var isIndexed = shards % IndexedShards == 0;
                await using var command = connection.Statement(
                    shards == 1 ? ReadAll : isIndexed ? ReadOfIndexed : ReadOf,
                    PostgresStatement.Of(after),
                    PostgresStatement.Of(ItemsPerReadMax));
                if (shards > 1)
                {
                    command.Parameters.Add(PostgresStatement.Of(shards));
                    command.Parameters.Add(PostgresStatement.Of(shard));
                }

                if (isIndexed)
                {
                    command.Parameters.Add(PostgresStatement.Of(shard % IndexedShards));
                }

                await using var rows = await command.ExecuteReaderAsync(cancel);
                return await rows.AllAsync(
                    row => new StoredItem(row.GetInt32(0), row.GetString(1), row.GetBoolean(2), row.GetFieldValue<byte[]>(3)),
                    cancel);
            },
            cancel);
}
