namespace Recs.Storage.Postgres;

/// <inheritdoc cref="ISecretStore"/>
sealed class PostgresSecrets(PostgresConnections connections, TimeProvider time) : ISecretStore
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<(int Id, ReadOnlyMemory<byte> Key, DateTimeOffset CreatedAt)>> TokenKeysAsync(
        CancellationToken cancel) =>
        await connections.QueryAsync(
            "SELECT id, key, created_at FROM recs.token_key ORDER BY id",
            row => (row.GetInt32(0), (ReadOnlyMemory<byte>)row.GetFieldValue<byte[]>(1), Microseconds.ToTime(row.GetInt64(2))),
            cancel);

    /// <inheritdoc/>
    public async ValueTask<bool> TryAddTokenKeyAsync(int id, ReadOnlyMemory<byte> key, CancellationToken cancel) =>
        await connections.ExecuteAsync(
            "INSERT INTO recs.token_key (id, key, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            cancel,
            id,
            key.ToArray(),
            Microseconds.Of(time.GetUtcNow())) > 0;
}
