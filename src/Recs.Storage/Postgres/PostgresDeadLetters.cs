using Npgsql;

namespace Recs.Storage.Postgres;

/// <inheritdoc cref="IDeadLetterStore"/>
sealed class PostgresDeadLetters(PostgresDatabase database) : IDeadLetterStore
{
    const int PartBytesMax = 4 << 20;

    const string Insert =
        """
        INSERT INTO recs.dead_letter_row (partition, "offset", part, at, reason, payload)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING
        """;

    const string Forget = "DELETE FROM recs.dead_letter_row WHERE id <= (SELECT max(id) FROM recs.dead_letter_row) - $1";

    const string Latest =
        "SELECT partition, \"offset\", part, at, reason, payload FROM recs.dead_letter_row ORDER BY id DESC LIMIT $1";

    /// <inheritdoc/>
    public ValueTask<int> AddAsync(IReadOnlyList<DeadLetter> letters, CancellationToken cancel) =>
        database.TransactAsync(connection => AddAsync(connection, letters, cancel), cancel);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<DeadLetter>> LatestAsync(int countMax, CancellationToken cancel) =>
        await database.ReadAsync(
            connection => connection.QueryAsync(
                Latest,
                row => new DeadLetter(
                    row.GetInt32(0), row.GetInt64(1), row.GetInt32(2), Microseconds.ToTime(row.GetInt64(3)), row.GetString(4),
                    row.GetFieldValue<byte[]>(5)),
                cancel,
                PostgresStatement.Of(countMax)),
            cancel);

    async Task<int> AddAsync(NpgsqlConnection connection, IReadOnlyList<DeadLetter> letters, CancellationToken cancel)
    {
        var added = 0;
        foreach (var part in Parts.Of(letters, letter => Kept(letter).Length, PartBytesMax))
        {
            added += await database.ExecuteLargeAsync(
                connection,
                Insert,
                cancel,
                PostgresStatement.Of([.. part.Select(letter => letter.Partition)]),
                PostgresStatement.Of([.. part.Select(letter => letter.Offset)]),
                PostgresStatement.Of([.. part.Select(letter => letter.Part)]),
                PostgresStatement.Of([.. part.Select(letter => Microseconds.Of(letter.At))]),
                PostgresStatement.Of([.. part.Select(letter => letter.Reason)]),
                PostgresStatement.Of([.. part.Select(Kept)]));
        }

        _ = await connection.ExecuteAsync(Forget, cancel, PostgresStatement.Of((long)IDeadLetterStore.LettersMax));
        return added;
    }

    static ReadOnlyMemory<byte> Kept(DeadLetter letter) =>
        letter.Payload[..Math.Min(letter.Payload.Length, IDeadLetterStore.PayloadBytesMax)];
}
