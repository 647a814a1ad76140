using System.Data;

using Npgsql;

namespace Recs.Storage.Postgres;

/// <inheritdoc cref="ISnapshotStore"/>
/// <remarks>
/// A save locks its shard's row for its one transaction: a take-over waits for it, other shards and the log do not; when
/// its process freezes the server undoes it after <see cref="PostgresOptions.TransactionPauseMax"/>. It costs three round
/// trips and one for every 4 MiB of pages: 120 to 150 ms for 8 MB in 1000 pages, against 60 ms to load them.
/// </remarks>
sealed class PostgresSnapshots(PostgresDatabase database) : ISnapshotStore
{
    const int PartBytesMax = 4 << 20;

    const string Load =
        "SELECT id, epoch FROM recs.shard WHERE kind = $1 AND shard = $2";

    const string TakeOver =
        """
        INSERT INTO recs.shard AS held (kind, shard, epoch) VALUES ($1, $2, 1)
        ON CONFLICT (kind, shard) DO UPDATE SET epoch = held.epoch + 1
        RETURNING epoch
        """;

    const string LockEpoch =
        "SELECT id FROM recs.shard WHERE kind = $1 AND shard = $2 AND epoch = $3 FOR UPDATE";

    const string FindsAheadOf =
        """
        SELECT EXISTS (
            SELECT FROM unnest($3, $4) AS next (partition, "offset")
            LEFT JOIN (
                SELECT p.partition, p."offset" FROM recs.shard_position AS p
                JOIN recs.shard AS s ON s.id = p.shard_id
                WHERE s.kind = $1 AND s.shard = $2) AS stored USING (partition)
            WHERE next."offset" < coalesce(stored."offset", 0))
        """;

    const string UpsertPositions =
        """
        INSERT INTO recs.shard_position (shard_id, partition, "offset", checksum) SELECT $1, * FROM unnest($2, $3, $4)
        ON CONFLICT (shard_id, partition) DO UPDATE SET "offset" = excluded."offset", checksum = excluded.checksum
        """;

    const string UpsertPages =
        """
        INSERT INTO recs.shard_page (shard_id, page, payload, checksum) SELECT $1, * FROM unnest($2, $3, $4)
        ON CONFLICT (shard_id, page) DO UPDATE SET payload = excluded.payload, checksum = excluded.checksum
        """;

    const string DeletePages =
        "DELETE FROM recs.shard_page WHERE shard_id = $1 AND page = ANY ($2)";

    /// <inheritdoc/>
    public ValueTask<ShardSnapshot?> LoadAsync(string kind, int shard, CancellationToken cancel) =>
        database.ReadAsync(
            async connection =>
            {
                // Only so are the epoch, the positions and the pages of one moment.
                await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
                return await ReadAsync(connection, kind, shard, cancel);
            },
            cancel);

    /// <inheritdoc/>
    public ValueTask<long> TakeOverAsync(string kind, int shard, CancellationToken cancel) =>
        database.RunAsync(
            async connection => (long)(await connection.ScalarAsync(
                TakeOver, CancellationToken.None, PostgresStatement.Of(kind), PostgresStatement.Of(shard)))!,
            cancel);

    /// <inheritdoc/>
    public ValueTask<bool> SaveAsync(
        string kind,
        int shard,
        long epoch,
        IReadOnlyDictionary<int, long> positions,
        IReadOnlyList<Page> changed,
        CancellationToken cancel)
    {
        // A statement may change a row once: of two pages with one id the later stays, as if written one after the other.
        var pages = new Dictionary<long, ReadOnlyMemory<byte>>(changed.Count);
        foreach (var page in changed)
        {
            pages[page.Id] = page.Payload;
        }

        return database.TransactAsync(
            async connection =>
            {
                if (await LockAsync(connection, kind, shard, epoch, positions, cancel) is not { } id)
                {
                    return false;
                }

                await SaveAsync(connection, new StoredShard(id, kind, shard), positions, pages, cancel);
                return true;
            },
            cancel);
    }

    /// <inheritdoc/>
    public ValueTask<bool> DiscardAsync(string kind, int shard, long epoch, CancellationToken cancel) =>
        database.TransactAsync(
            async connection =>
            {
                if (await LockAsync(connection, kind, shard, epoch, new Dictionary<int, long>(), cancel) is not { } id)
                {
                    return false;
                }

                await connection.ExecuteAsync("DELETE FROM recs.shard_position WHERE shard_id = $1", cancel, PostgresStatement.Of(id));
                await connection.ExecuteAsync("DELETE FROM recs.shard_page WHERE shard_id = $1", cancel, PostgresStatement.Of(id));
                return true;
            },
            cancel);

    static async Task<ShardSnapshot?> ReadAsync(NpgsqlConnection connection, string kind, int shard, CancellationToken cancel)
    {
        var found = await connection.QueryAsync<(long Id, long Epoch)?>(
            Load,
            row => (row.GetInt64(0), row.GetInt64(1)),
            cancel,
            PostgresStatement.Of(kind),
            PostgresStatement.Of(shard));
        if (found.SingleOrDefault() is not var (id, epoch))
        {
            return null;
        }

        await using var batch = new NpgsqlBatch(connection);
        batch.Add("SELECT partition, \"offset\", checksum FROM recs.shard_position WHERE shard_id = $1", PostgresStatement.Of(id));
        batch.Add("SELECT page, payload, checksum FROM recs.shard_page WHERE shard_id = $1 ORDER BY page", PostgresStatement.Of(id));
        await using var rows = await batch.ExecuteReaderAsync(cancel);
        var stored = new SnapshotRows(kind, shard);
        while (await rows.ReadAsync(cancel))
        {
            stored.Position(rows.GetInt32(0), rows.GetInt64(1), rows.IsDBNull(2) ? null : rows.GetInt64(2));
        }

        await rows.NextResultAsync(cancel);
        while (await rows.ReadAsync(cancel))
        {
            stored.Page(rows.GetInt64(0), rows.GetFieldValue<byte[]>(1), rows.IsDBNull(2) ? null : rows.GetInt64(2));
        }

        return stored.Snapshot(epoch);
    }

    /// <summary>Locks the shard for an owner; null when it has another one or a position would go back.</summary>
    static async Task<long?> LockAsync(
        NpgsqlConnection connection,
        string kind,
        int shard,
        long epoch,
        IReadOnlyDictionary<int, long> positions,
        CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(LockEpoch, PostgresStatement.Of(kind), PostgresStatement.Of(shard), PostgresStatement.Of(epoch));
        batch.Add(
            FindsAheadOf,
            PostgresStatement.Of(kind),
            PostgresStatement.Of(shard),
            PostgresStatement.Of([.. positions.Keys]),
            PostgresStatement.Of([.. positions.Values]));
        await using var rows = await batch.ExecuteReaderAsync(cancel);
        var ids = await rows.AllAsync(row => row.GetInt64(0), cancel);
        await rows.NextResultAsync(cancel);
        var ahead = await rows.AllAsync(row => row.GetBoolean(0), cancel);
        return ids.Count == 0 || ahead[0] ? null : ids[0];
    }

    async Task SaveAsync(
        NpgsqlConnection connection,
        StoredShard shard,
        IReadOnlyDictionary<int, long> positions,
        Dictionary<long, ReadOnlyMemory<byte>> pages,
        CancellationToken cancel)
    {
        if (positions.Count > 0)
        {
            await connection.ExecuteAsync(
                UpsertPositions,
                cancel,
                PostgresStatement.Of(shard.Id),
                PostgresStatement.Of([.. positions.Keys]),
                PostgresStatement.Of([.. positions.Values]),
                PostgresStatement.Of(
                    [.. positions.Select(position => Checksum.OfPosition(shard.Kind, shard.Number, position.Key, position.Value))]));
        }

        long[] deleted = [.. pages.Where(page => page.Value.IsEmpty).Select(page => page.Key)];
        if (deleted.Length > 0)
        {
            await connection.ExecuteAsync(DeletePages, cancel, PostgresStatement.Of(shard.Id), PostgresStatement.Of(deleted));
        }

        var written = pages.Where(page => !page.Value.IsEmpty).ToList();
        foreach (var part in Parts.Of(written, page => page.Value.Length, PartBytesMax))
        {
            await database.ExecuteLargeAsync(
                connection,
                UpsertPages,
                cancel,
                PostgresStatement.Of(shard.Id),
                PostgresStatement.Of([.. part.Select(page => page.Key)]),
                PostgresStatement.Of([.. part.Select(page => page.Value)]),
                PostgresStatement.Of([.. part.Select(page => Checksum.OfPage(shard.Kind, shard.Number, page.Key, page.Value.Span))]));
        }
    }

    readonly record struct StoredShard(long Id, string Kind, int Number);
}
