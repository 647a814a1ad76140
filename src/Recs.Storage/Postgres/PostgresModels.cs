using Npgsql;

namespace Recs.Storage.Postgres;

/// <inheritdoc cref="IModelStore"/>
/// <remarks>A model is one transaction, in chunks of 1 MiB: nobody sees a part of it, and a trainer that dies leaves nothing.</remarks>
sealed class PostgresModels(PostgresDatabase database, TimeProvider time) : IModelStore
{
    const int ChunkBytes = 1 << 20;

    const string Insert =
        "INSERT INTO recs.model (parent, created_at, manifest, bytes) VALUES ($1, $2, $3, $4) RETURNING version";

    const string InsertChunk =
        "INSERT INTO recs.model_chunk (version, chunk, payload, checksum) VALUES ($1, $2, $3, $4)";

    const string List =
        """
        SELECT m.version, parent, created_at, manifest, coalesce(a.version = m.version, false),
            CASE WHEN a.canary = m.version THEN a.canary_share ELSE 0 END
        FROM recs.model m LEFT JOIN recs.active_model a ON true ORDER BY m.version DESC
        """;

    const string Activate =
        """
        INSERT INTO recs.active_model (only_row, version) SELECT 1, version FROM recs.model WHERE version = $1
        ON CONFLICT (only_row) DO UPDATE SET version = excluded.version, canary = NULL, canary_share = 0
        """;

    const string StartCanary =
        """
        UPDATE recs.active_model SET canary = $1, canary_share = $2
        WHERE version <> $1 AND EXISTS (SELECT 1 FROM recs.model WHERE version = $1)
        """;

    const string EndCanary =
        """
        UPDATE recs.active_model SET version = CASE WHEN $2 = 1 THEN canary ELSE version END, canary = NULL, canary_share = 0
        WHERE canary = $1
        """;

    /// <inheritdoc/>
    public ValueTask<long> AddAsync(
        long? parent, string manifest, ReadOnlyMemory<byte> payload, CancellationToken cancel) =>
        database.TransactAsync(
            async connection =>
            {
                var version = (long)(await connection.ScalarAsync(
                    Insert,
                    cancel,
                    PostgresStatement.Of(parent),
                    PostgresStatement.Of(Microseconds.Of(time.GetUtcNow())),
                    PostgresStatement.Of(manifest),
                    PostgresStatement.Of((long)payload.Length)))!;
                for (var start = 0; start < payload.Length; start += ChunkBytes)
                {
                    var (number, chunk) = (start / ChunkBytes, payload.Slice(start, Math.Min(ChunkBytes, payload.Length - start)));
                    await connection.ExecuteAsync(
                        InsertChunk,
                        cancel,
                        PostgresStatement.Of(version),
                        PostgresStatement.Of(number),
                        PostgresStatement.Of(chunk),
                        PostgresStatement.Of(Checksum.OfChunk(version, number, chunk.Span)));
                }

                return version;
            },
            cancel);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<StoredModel>> ListAsync(CancellationToken cancel) =>
        await database.ReadAsync(
            connection => connection.QueryAsync(
                List,
                row => new StoredModel(
                    row.GetInt64(0),
                    row.IsDBNull(1) ? null : row.GetInt64(1),
                    Microseconds.ToTime(row.GetInt64(2)),
                    row.GetString(3),
                    row.GetBoolean(4),
                    row.GetDouble(5)),
                cancel),
            cancel);

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> LoadAsync(long version, CancellationToken cancel) =>
        database.ReadAsync(connection => LoadAsync(connection, version, cancel), cancel);

    /// <inheritdoc/>
    public ValueTask<bool> ActivateAsync(long version, CancellationToken cancel) =>
        database.RunAsync(
            async connection => await connection.ExecuteAsync(
                Activate, CancellationToken.None, PostgresStatement.Of(version)) > 0,
            cancel);

    /// <inheritdoc/>
    public ValueTask<bool> StartCanaryAsync(long version, double share, CancellationToken cancel) =>
        database.RunAsync(
            async connection => await connection.ExecuteAsync(
                StartCanary, CancellationToken.None, PostgresStatement.Of(version), PostgresStatement.Of(share)) > 0,
            cancel);

    /// <inheritdoc/>
    public ValueTask<bool> EndCanaryAsync(long version, bool promote, CancellationToken cancel) =>
        database.RunAsync(
            async connection => await connection.ExecuteAsync(
                EndCanary, CancellationToken.None, PostgresStatement.Of(version), PostgresStatement.Of(promote ? 1 : 0)) > 0,
            cancel);

    /// <inheritdoc/>
    public ValueTask<long?> ActiveAsync(CancellationToken cancel) =>
        database.ReadAsync(
            async connection => (long?)await connection.ScalarAsync("SELECT version FROM recs.active_model", cancel), cancel);

    /// <inheritdoc/>
    public async ValueTask<ServedModels?> ServedAsync(CancellationToken cancel)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync(
                "SELECT version, canary, canary_share FROM recs.active_model",
                row => new ServedModels(row.GetInt64(0), row.IsDBNull(1) ? null : row.GetInt64(1), row.GetDouble(2)),
                cancel),
            cancel);
        return rows.Count == 0 ? null : rows[0];
    }

    static async Task<ReadOnlyMemory<byte>?> LoadAsync(NpgsqlConnection connection, long version, CancellationToken cancel)
    {
        if (await connection.ScalarAsync(
            "SELECT bytes FROM recs.model WHERE version = $1", cancel, PostgresStatement.Of(version)) is not long bytes)
        {
            return null;
        }

        await using var command = connection.Statement(
            "SELECT payload, chunk, checksum FROM recs.model_chunk WHERE version = $1 ORDER BY chunk", PostgresStatement.Of(version));
        await using var chunks = await command.ExecuteReaderAsync(cancel);
        var payload = GC.AllocateUninitializedArray<byte>((int)bytes);
        var end = 0;
        while (await chunks.ReadAsync(cancel))
        {
            var length = (int)chunks.GetBytes(0, 0, payload, end, payload.Length - end);
            var number = chunks.GetInt32(1);
            if (!await chunks.IsDBNullAsync(2, cancel)
                && chunks.GetInt64(2) != Checksum.OfChunk(version, number, payload.AsSpan(end, length)))
            {
                throw new DamagedModelException($"Chunk {number} of model {version} is damaged.");
            }

            end += length;
        }

        return end == bytes ? payload : throw new DamagedModelException($"Model {version} has {end} bytes instead of {bytes}.");
    }
}
