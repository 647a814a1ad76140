using Recs.Schema.Decisions;

namespace Recs.Storage.Sqlite;

/// <inheritdoc cref="ISecretStore"/>
sealed class SqliteSecrets(SqliteReaders readers, SqliteWriter? writer, TimeProvider time) : ISecretStore
{
    const int RowBytes = 64;

    SqliteWriter Writer => writer ?? throw new InvalidOperationException("Only the owner of a store writes keys.");

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<(int Id, ReadOnlyMemory<byte> Key, DateTimeOffset CreatedAt)>> TokenKeysAsync(
        CancellationToken cancel) =>
        readers.ReadAsync<IReadOnlyList<(int, ReadOnlyMemory<byte>, DateTimeOffset)>>(
            session => session.Query(
                "SELECT id, key, created_at FROM token_key ORDER BY id",
                row => (row.GetInt32(0), (ReadOnlyMemory<byte>)row.GetFieldValue<byte[]>(1), Microseconds.ToTime(row.GetInt64(2)))),
            cancel);

    /// <inheritdoc/>
    public async ValueTask<bool> TryAddTokenKeyAsync(int id, ReadOnlyMemory<byte> key, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(key.Length, TokenKey.SecretBytes, nameof(key));
        var now = Microseconds.Of(time.GetUtcNow());
        return await Writer.WriteAsync(
            RowBytes,
            session => session.Execute(
                "INSERT INTO token_key (id, key, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                id,
                SqliteSession.Bytes(key),
                now) > 0,
            cancel);
    }

    /// <inheritdoc/>
    public ValueTask<bool> RemoveTokenKeyAsync(int id, CancellationToken cancel) =>
        new(Writer.WriteAsync(RowBytes, session => session.Execute("DELETE FROM token_key WHERE id = $1", id) > 0, cancel));
}
