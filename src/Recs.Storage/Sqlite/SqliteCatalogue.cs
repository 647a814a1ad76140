using System.Runtime.CompilerServices;

namespace Recs.Storage.Sqlite;

/// <inheritdoc cref="ICatalogueStore"/>
sealed class SqliteCatalogue(SqliteReaders readers, SqliteWriter? writer) : ICatalogueStore
{
    const int ItemsPerWriteMax = 500;
    const int ItemsPerReadMax = 1000;
    const int RowBytes = 128;

    SqliteWriter Writer => writer ?? throw new InvalidOperationException("Only the owner of a store writes items.");

    /// <inheritdoc/>
    public async ValueTask<bool> UpsertAsync(ShardOwner? owner, IReadOnlyList<StoredItem> items, CancellationToken cancel)
    {
        foreach (var part in items.Chunk(ItemsPerWriteMax))
        {
            var bytes = part.Sum(item => (long)item.Payload.Length + RowBytes);
            if (!await Writer.WriteAsync(bytes, session => Upsert(session, owner, part), cancel))
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
            var last = after;
            var part = await readers.ReadAsync(session => Read(session, last, shard, shards), cancel);
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

    static bool Upsert(SqliteSession session, ShardOwner? owner, StoredItem[] items)
    {
        if (owner is { } writer && !SqliteSnapshots.Owns(session, writer))
        {
            return false;
        }

        foreach (var item in items)
        {
            session.Execute(
                """
                INSERT INTO item (row, id, deleted, payload) VALUES ($1, $2, $3, $4)
                ON CONFLICT (row) DO UPDATE SET id = excluded.id, deleted = excluded.deleted, payload = excluded.payload
                """,
                item.Row,
                item.Id,
                item.Deleted,
                SqliteSession.Bytes(item.Payload));
        }

        return true;
    }

    static List<StoredItem> Read(SqliteSession session, int after, int shard, int shards) =>
        session.Query(
            "SELECT row, id, deleted, payload FROM item WHERE row > $1 AND row % $2 = $3 ORDER BY row LIMIT $4",
            row => new StoredItem(row.GetInt32(0), row.GetString(1), row.GetBoolean(2), row.GetFieldValue<byte[]>(3)),
            after,
            shards,
            shard,
            ItemsPerReadMax);
}
