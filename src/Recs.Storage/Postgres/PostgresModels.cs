namespace Recs.Storage.Postgres;

/// <inheritdoc cref="IModelStore"/>
sealed class PostgresModels(PostgresConnections connections, TimeProvider time) : IModelStore
{
    const int ChunkBytes = 1 << 20;

    // A model that was never finished belongs to a trainer that died; none takes this long to write one.
    static readonly TimeSpan UnfinishedAge = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public async ValueTask<long> AddAsync(
        long? parent, string manifest, ReadOnlyMemory<byte> payload, CancellationToken cancel)
    {
        var now = Microseconds.Of(time.GetUtcNow());
        _ = await connections.ExecuteAsync(
            """
            WITH old AS (SELECT version FROM recs.model WHERE NOT complete AND created_at < $1),
                 chunks AS (DELETE FROM recs.model_chunk WHERE version IN (SELECT version FROM old))
            DELETE FROM recs.model WHERE version IN (SELECT version FROM old)
            """,
            cancel,
            now - (long)UnfinishedAge.TotalMicroseconds);
        var version = (long)(await connections.ScalarAsync(
            """
            INSERT INTO recs.model (parent, created_at, manifest, bytes, complete) VALUES ($1::bigint, $2, $3, $4, false)
            RETURNING version
            """,
            cancel,
            parent,
            now,
            manifest,
            (long)payload.Length))!;
        for (var start = 0; start < payload.Length; start += ChunkBytes)
        {
            _ = await connections.ExecuteAsync(
                "INSERT INTO recs.model_chunk (version, chunk, payload) VALUES ($1, $2, $3)",
                cancel,
                version,
                start / ChunkBytes,
                payload.Slice(start, Math.Min(ChunkBytes, payload.Length - start)).ToArray());
        }

        _ = await connections.ExecuteAsync("UPDATE recs.model SET complete = true WHERE version = $1", cancel, version);
        return version;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<StoredModel>> ListAsync(CancellationToken cancel) =>
        await connections.QueryAsync(
            """
            SELECT version, parent, created_at, manifest, version IN (SELECT version FROM recs.active_model)
            FROM recs.model WHERE complete ORDER BY version DESC
            """,
            row => new StoredModel(
                row.GetInt64(0),
                row.IsDBNull(1) ? null : row.GetInt64(1),
                Microseconds.ToTime(row.GetInt64(2)),
                row.GetString(3),
                row.GetBoolean(4)),
            cancel);

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> LoadAsync(long version, CancellationToken cancel)
    {
        if (await connections.ScalarAsync("SELECT bytes FROM recs.model WHERE version = $1 AND complete", cancel, version) is not long bytes)
        {
            return null;
        }

        var payload = GC.AllocateUninitializedArray<byte>((int)bytes);
        var end = 0;
        for (var chunk = 0; end < bytes; chunk++)
        {
            if (await connections.ScalarAsync(
                "SELECT payload FROM recs.model_chunk WHERE version = $1 AND chunk = $2", cancel, version, chunk) is not byte[] part)
            {
                throw new IOException($"Model {version} has {end} bytes instead of {bytes}.");
            }

            part.CopyTo(payload, end);
            end += part.Length;
        }

        return payload;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> ActivateAsync(long version, CancellationToken cancel) =>
        await connections.ExecuteAsync(
            """
            INSERT INTO recs.active_model (one, version) SELECT 1, version FROM recs.model WHERE version = $1 AND complete
            ON CONFLICT (one) DO UPDATE SET version = excluded.version
            """,
            cancel,
            version) > 0;

    /// <inheritdoc/>
    public async ValueTask<long?> ActiveAsync(CancellationToken cancel) =>
        (long?)await connections.ScalarAsync("SELECT version FROM recs.active_model", cancel);
}
