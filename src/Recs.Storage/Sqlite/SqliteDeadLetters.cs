namespace Recs.Storage.Sqlite;

/// <inheritdoc cref="IDeadLetterStore"/>
sealed class SqliteDeadLetters(SqliteReaders readers, SqliteWriter? writer) : IDeadLetterStore
{
    const int RowBytes = 128;

    const string Insert =
        """
        INSERT INTO dead_letter (partition, "offset", part, at, reason, payload) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT DO NOTHING
        """;

    const string Forget = "DELETE FROM dead_letter WHERE id <= (SELECT max(id) FROM dead_letter) - $1";

    SqliteWriter Writer => writer ?? throw new InvalidOperationException("Only the owner of a store writes letters.");

    /// <inheritdoc/>
    public async ValueTask<int> AddAsync(IReadOnlyList<DeadLetter> letters, CancellationToken cancel)
    {
        var bytes = letters.Sum(letter => Math.Min(letter.Payload.Length, IDeadLetterStore.PayloadBytesMax) + (long)RowBytes);
        return await Writer.WriteAsync(bytes, session => Add(session, letters), cancel);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DeadLetter>> LatestAsync(int countMax, CancellationToken cancel) =>
        readers.ReadAsync<IReadOnlyList<DeadLetter>>(
            session => session.Query(
                "SELECT partition, \"offset\", part, at, reason, payload FROM dead_letter ORDER BY id DESC LIMIT $1",
                row => new DeadLetter(
                    row.GetInt32(0), row.GetInt64(1), row.GetInt32(2), Microseconds.ToTime(row.GetInt64(3)), row.GetString(4),
                    row.GetFieldValue<byte[]>(5)),
                countMax),
            cancel);

    static int Add(SqliteSession session, IReadOnlyList<DeadLetter> letters)
    {
        var added = letters.Sum(letter => session.Execute(
            Insert,
            letter.Partition,
            letter.Offset,
            letter.Part,
            Microseconds.Of(letter.At),
            letter.Reason,
            SqliteSession.Bytes(letter.Payload[..Math.Min(letter.Payload.Length, IDeadLetterStore.PayloadBytesMax)])));
        _ = session.Execute(Forget, IDeadLetterStore.LettersMax);
        return added;
    }
}
