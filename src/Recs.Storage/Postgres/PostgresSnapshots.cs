namespace Recs.Storage.Postgres;

/// <inheritdoc cref="ISnapshotStore"/>
/// <remarks>A save is one transaction that holds the shard's row: a former owner waits for it and then finds its epoch gone.</remarks>
sealed class PostgresSnapshots(PostgresConnections connections) : ISnapshotStore
{
    /// <inheritdoc/>
    public async ValueTask<ShardSnapshot?> LoadAsync(string kind, int shard, CancellationToken cancel)
    {
        ShardSnapshot? snapshot = null;
        _ = await connections.TransactAsync(
            async transaction =>
            {
                _ = await transaction.Execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
                snapshot = await Load(transaction, kind, shard);
                return true;
            },
            cancel);
        return snapshot;
    }

    /// <inheritdoc/>
    public async ValueTask<long> TakeOverAsync(string kind, int shard, CancellationToken cancel) =>
        (long)(await connections.ScalarAsync(
            """
            INSERT INTO recs.shard (kind, shard, epoch) VALUES ($1, $2, 1)
            ON CONFLICT (kind, shard) DO UPDATE SET epoch = recs.shard.epoch + 1
            RETURNING epoch
            """,
            cancel,
            kind,
            shard))!;

    /// <inheritdoc/>
    public ValueTask<bool> SaveAsync(
        string kind,
        int shard,
        long epoch,
        IReadOnlyDictionary<int, long> positions,
        IReadOnlyList<Page> changed,
        CancellationToken cancel) =>
        connections.TransactAsync(
            transaction => Save(transaction, new ShardOwner(kind, shard, epoch), positions, changed), cancel);

    /// <summary>The shard's row if it still has this owner, kept from changing hands until the transaction ends; else null.</summary>
    public static async Task<long?> Hold(PostgresTransaction transaction, ShardOwner owner) =>
        (long?)await transaction.Scalar(
            "SELECT id FROM recs.shard WHERE kind = $1 AND shard = $2 AND epoch = $3 FOR UPDATE", owner.Kind, owner.Shard, owner.Epoch);

    static async Task<ShardSnapshot?> Load(PostgresTransaction transaction, string kind, int shard)
    {
        var found = await transaction.Query(
            "SELECT id, epoch FROM recs.shard WHERE kind = $1 AND shard = $2", row => (Id: row.GetInt64(0), Epoch: row.GetInt64(1)), kind, shard);
        if (found.Count == 0)
        {
            return null;
        }

        var positions = await Positions(transaction, found[0].Id);
        var pages = await transaction.Query(
            "SELECT page, payload FROM recs.shard_page WHERE shard_id = $1 ORDER BY page",
            row => new Page(row.GetInt64(0), row.GetFieldValue<byte[]>(1)),
            found[0].Id);
        return new ShardSnapshot(found[0].Epoch, positions, pages);
    }

    static async Task<bool> Save(
        PostgresTransaction transaction, ShardOwner owner, IReadOnlyDictionary<int, long> positions, IReadOnlyList<Page> changed)
    {
        if (await Hold(transaction, owner) is not { } id)
        {
            return false;
        }

        var stored = await Positions(transaction, id);
        if (positions.Any(position => position.Value < stored.GetValueOrDefault(position.Key)))
        {
            return false;
        }

        _ = await transaction.Execute(
            """
            INSERT INTO recs.shard_position (shard_id, partition, "offset")
            SELECT $1, partition, "offset" FROM unnest($2, $3) AS given (partition, "offset")
            ON CONFLICT (shard_id, partition) DO UPDATE SET "offset" = excluded."offset"
            """,
            id,
            positions.Keys.ToArray(),
            positions.Values.ToArray());
        var last = changed.GroupBy(page => page.Id).Select(page => page.Last()).ToArray();
        _ = await transaction.Execute(
            "DELETE FROM recs.shard_page WHERE shard_id = $1 AND page = ANY($2)",
            id,
            last.Where(page => page.Payload.IsEmpty).Select(page => page.Id).ToArray());
        var written = last.Where(page => !page.Payload.IsEmpty).ToArray();
        _ = await transaction.Execute(
            """
            INSERT INTO recs.shard_page (shard_id, page, payload)
            SELECT $1, page, payload FROM unnest($2, $3) AS given (page, payload)
            ON CONFLICT (shard_id, page) DO UPDATE SET payload = excluded.payload
            """,
            id,
            written.Select(page => page.Id).ToArray(),
            written.Select(page => page.Payload.ToArray()).ToArray());
        return true;
    }

    static async Task<Dictionary<int, long>> Positions(PostgresTransaction transaction, long shardId) =>
        (await transaction.Query(
            """SELECT partition, "offset" FROM recs.shard_position WHERE shard_id = $1""",
            row => KeyValuePair.Create(row.GetInt32(0), row.GetInt64(1)),
            shardId)).ToDictionary();
}
