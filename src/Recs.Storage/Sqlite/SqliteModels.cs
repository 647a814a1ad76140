namespace Recs.Storage.Sqlite;

/// <inheritdoc cref="IModelStore"/>
sealed class SqliteModels(SqliteReaders readers, SqliteWriter? writer, SqliteOptions options, TimeProvider time) : IModelStore
{
    const int ChunkBytes = 1 << 20;
    const int RowBytes = 64;

    // A model that was never finished belongs to a trainer that died; none takes this long to write one.
    static readonly TimeSpan UnfinishedAge = TimeSpan.FromDays(1);
    static readonly TimeSpan TrainerPause = TimeSpan.FromMilliseconds(5);

    SqliteWriter Writer => writer ?? throw new InvalidOperationException("A store opened for reading takes no models.");

    /// <inheritdoc/>
    public async ValueTask<long> AddAsync(
        long? parent, string manifest, ReadOnlyMemory<byte> payload, CancellationToken cancel)
    {
        var now = Microseconds.Of(time.GetUtcNow());
        var version = await Writer.WriteAsync(
            manifest.Length + RowBytes, session => Begin(session, parent, manifest, payload.Length, now), cancel);
        for (var start = 0; start < payload.Length; start += ChunkBytes)
        {
            var chunk = payload.Slice(start, Math.Min(ChunkBytes, payload.Length - start));
            var number = start / ChunkBytes;
            await Writer.WriteAsync(
                chunk.Length,
                session => session.Execute(
                    "INSERT INTO model_chunk (version, chunk, payload, checksum) VALUES ($1, $2, $3, $4)",
                    version, number, chunk.ToArray(), Checksum.OfChunk(version, number, chunk.Span)),
                cancel);
            if (options.Access == StorageAccess.Trainer)
            {
                // SQLite's lock is not fair between processes: leave room for the owner's log.
                await Task.Delay(TrainerPause, time, cancel);
            }
        }

        await Writer.WriteAsync(
            RowBytes, session => session.Execute("UPDATE model SET complete = 1 WHERE version = $1", version), cancel);
        return version;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredModel>> ListAsync(CancellationToken cancel) =>
        readers.ReadAsync<IReadOnlyList<StoredModel>>(
            session => session.Query(
                """
                SELECT m.version, parent, created_at, manifest, a.version IS m.version, iif(a.canary IS m.version, a.canary_share, 0.0)
                FROM model m LEFT JOIN active_model a WHERE complete = 1 ORDER BY m.version DESC
                """,
                row => new StoredModel(
                    row.GetInt64(0),
                    row.IsDBNull(1) ? null : row.GetInt64(1),
                    Microseconds.ToTime(row.GetInt64(2)),
                    row.GetString(3),
                    row.GetBoolean(4),
                    row.GetDouble(5))),
            cancel);

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> LoadAsync(long version, CancellationToken cancel) =>
        readers.ReadAsync(session => session.Snapshot(now => Load(now, version)), cancel);

    /// <inheritdoc/>
    public async ValueTask<bool> ActivateAsync(long version, CancellationToken cancel) =>
        await Writer.WriteAsync(
            RowBytes,
            session => session.Execute(
                """
                INSERT INTO active_model (only, version) SELECT 1, version FROM model WHERE version = $1 AND complete = 1
                ON CONFLICT (only) DO UPDATE SET version = excluded.version, canary = NULL, canary_share = 0
                """,
                version) > 0,
            cancel);

    /// <inheritdoc/>
    public async ValueTask<bool> StartCanaryAsync(long version, double share, CancellationToken cancel) =>
        await Writer.WriteAsync(
            RowBytes,
            session => session.Execute(
                """
                UPDATE active_model SET canary = $1, canary_share = $2
                WHERE version <> $1 AND EXISTS (SELECT 1 FROM model WHERE version = $1 AND complete = 1)
                """,
                version,
                share) > 0,
            cancel);

    /// <inheritdoc/>
    public async ValueTask<bool> EndCanaryAsync(long version, bool promote, CancellationToken cancel) =>
        await Writer.WriteAsync(
            RowBytes,
            session => session.Execute(
                "UPDATE active_model SET version = iif($2, canary, version), canary = NULL, canary_share = 0 WHERE canary = $1",
                version,
                promote ? 1L : 0L) > 0,
            cancel);

    /// <inheritdoc/>
    public ValueTask<long?> ActiveAsync(CancellationToken cancel) =>
        readers.ReadAsync(session => (long?)session.Scalar("SELECT version FROM active_model"), cancel);

    /// <inheritdoc/>
    public ValueTask<ServedModels?> ServedAsync(CancellationToken cancel) =>
        readers.ReadAsync(
            session => session.Query(
                "SELECT version, canary, canary_share FROM active_model",
                row => (ServedModels?)new ServedModels(row.GetInt64(0), row.IsDBNull(1) ? null : row.GetInt64(1), row.GetDouble(2)))
                .SingleOrDefault(),
            cancel);

    static long Begin(SqliteSession session, long? parent, string manifest, int bytes, long now)
    {
        var unfinished = now - (long)UnfinishedAge.TotalMicroseconds;
        session.Execute(
            "DELETE FROM model_chunk WHERE version IN (SELECT version FROM model WHERE complete = 0 AND created_at < $1)",
            unfinished);
        session.Execute("DELETE FROM model WHERE complete = 0 AND created_at < $1", unfinished);
        return (long)session.Scalar(
            """
            INSERT INTO model (parent, created_at, manifest, bytes, complete) VALUES ($1, $2, $3, $4, 0)
            RETURNING version
            """,
            parent,
            now,
            manifest,
            bytes)!;
    }

    static ReadOnlyMemory<byte>? Load(SqliteSession session, long version)
    {
        if (session.Scalar("SELECT bytes FROM model WHERE version = $1 AND complete = 1", version) is not long bytes)
        {
            return null;
        }

        var payload = GC.AllocateUninitializedArray<byte>((int)bytes);
        var end = 0;
        session.Visit(
            "SELECT payload, chunk, checksum FROM model_chunk WHERE version = $1 ORDER BY chunk",
            row =>
            {
                var chunk = row.GetFieldValue<byte[]>(0);
                if (end + chunk.Length > bytes
                    || (!row.IsDBNull(2) && row.GetInt64(2) != Checksum.OfChunk(version, row.GetInt32(1), chunk)))
                {
                    throw new DamagedModelException($"Chunk {row.GetInt32(1)} of model {version} is damaged.");
                }

                chunk.CopyTo(payload, end);
                end += chunk.Length;
                return true;
            },
            version);
        return end == bytes ? payload : throw new DamagedModelException($"Model {version} has {end} bytes instead of {bytes}.");
    }
}
