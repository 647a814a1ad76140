using Recs.Schema.Decisions;

namespace Recs.Storage.Postgres;

/// <inheritdoc cref="ISecretStore"/>
sealed class PostgresSecrets(PostgresDatabase database, TimeProvider time) : ISecretStore
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<(int Id, ReadOnlyMemory<byte> Key, DateTimeOffset CreatedAt)>> TokenKeysAsync(
        CancellationToken cancel) =>
        await database.ReadAsync(
            connection => connection.QueryAsync(
                "SELECT id, key, created_at FROM recs.token_key ORDER BY id",
                row => (row.GetInt32(0), (ReadOnlyMemory<byte>)row.GetFieldValue<byte[]>(1), Microseconds.ToTime(row.GetInt64(2))),
                cancel),
            cancel);

    /// <inheritdoc/>
    public ValueTask<bool> TryAddTokenKeyAsync(int id, ReadOnlyMemory<byte> key, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(key.Length, TokenKey.SecretBytes, nameof(key));
        return database.RunAsync(
            async connection => await connection.ExecuteAsync(
                "INSERT INTO recs.token_key (id, key, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                CancellationToken.None,
                PostgresStatement.Of(id),
                PostgresStatement.Of(key),
                PostgresStatement.Of(Microseconds.Of(time.GetUtcNow()))) > 0,
            cancel);
    }

    /// <inheritdoc/>
    public ValueTask<bool> RemoveTokenKeyAsync(int id, CancellationToken cancel) =>
        database.RunAsync(
            async connection => await connection.ExecuteAsync(
                "DELETE FROM recs.token_key WHERE id = $1", CancellationToken.None, PostgresStatement.Of(id)) > 0,
            cancel);
}
