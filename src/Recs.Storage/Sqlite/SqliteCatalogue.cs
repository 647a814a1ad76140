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
    public async ValueTask UpsertAsync(IReadOnlyList<StoredItem> items, CancellationToken cancel)
    {
        foreach (var part in items.Chunk(ItemsPerWriteMax))
        {
            var bytes = part.Sum(item => (long)item.Payload.Length + RowBytes);
            await Writer.WriteAsync(bytes, session => Upsert(session, part), cancel);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredItem> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var after = -1;
        while (true)
        {
            var last = after;
            var part = await readers.ReadAsync(session => Read(session, last), cancel);
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

    static int Upsert(SqliteSession session, StoredItem[] items)
    {
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

        return items.Length;
    }

    static List<StoredItem> Read(SqliteSession session, int after) =>
        session.Query(
            "SELECT row, id, deleted, payload FROM item WHERE row > $1 ORDER BY row LIMIT $2",
            row => new StoredItem(row.GetInt32(0), row.GetString(1), row.GetBoolean(2), row.GetFieldValue<byte[]>(3)),
            after,
            ItemsPerReadMax);
}
