using System.Runtime.CompilerServices;

using Npgsql;

namespace Recs.Storage.Postgres;

/// <inheritdoc cref="IViewerStore"/>
/// <remarks>
/// A save is one transaction: a round trip for every 1000 viewers or 4 MiB, one for the positions and one to commit; about
/// 230 ms for 10,000 viewers of 1 kB. The log does not wait for it.
/// </remarks>
sealed class PostgresViewers(PostgresDatabase database) : IViewerStore
{
    const long ViewersPerReadMax = 1000;
    const int PartBytesMax = 4 << 20;

    const string Upsert =
        """
        INSERT INTO recs.viewer AS stored (id, revision, payload) SELECT * FROM unnest($1, $2, $3)
        ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, payload = excluded.payload
        WHERE excluded.revision > stored.revision
        """;

    const string UpsertPositions =
        """
        INSERT INTO recs.viewer_position AS stored (partition, "offset") SELECT * FROM unnest($1, $2)
        ON CONFLICT (partition) DO UPDATE SET "offset" = greatest(stored."offset", excluded."offset")
        """;

    const string ReadFirst =
        "SELECT id, payload FROM recs.viewer WHERE length(payload) > 0 ORDER BY id LIMIT $1";

    const string ReadNext =
        "SELECT id, payload FROM recs.viewer WHERE length(payload) > 0 AND id > $2 ORDER BY id LIMIT $1";

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> LoadAsync(Guid viewer, CancellationToken cancel) =>
        database.ReadAsync<ReadOnlyMemory<byte>?>(
            async connection =>
                await connection.ScalarAsync(
                    "SELECT payload FROM recs.viewer WHERE id = $1", cancel, PostgresStatement.Of(viewer)) is byte[] { Length: > 0 } payload
                    ? new ReadOnlyMemory<byte>(payload)
                    : default(ReadOnlyMemory<byte>?),
            cancel);

    /// <inheritdoc/>
    public async ValueTask SaveAsync(
        IReadOnlyList<StoredViewer> viewers,
        IReadOnlyDictionary<int, long> positions,
        CancellationToken cancel)
    {
        // A statement may change a row once, so the highest revision of each is chosen here; and whoever else writes the
        // same viewers takes their locks in the same order.
        List<StoredViewer> newest =
        [
            .. viewers.GroupBy(viewer => viewer.Viewer).Select(same => same.MaxBy(viewer => viewer.Revision)).OrderBy(viewer => viewer.Viewer),
        ];
        await database.TransactAsync(
            connection => SaveAsync(connection, newest, positions, cancel), cancel);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<int, long>> PositionsAsync(CancellationToken cancel)
    {
        var positions = await database.ReadAsync(
            connection => connection.QueryAsync(
                "SELECT partition, \"offset\" FROM recs.viewer_position",
                row => KeyValuePair.Create(row.GetInt32(0), row.GetInt64(1)),
                cancel),
            cancel);
        return positions.ToDictionary();
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<(Guid Viewer, ReadOnlyMemory<byte> Payload)> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancel)
    {
        Guid? after = null;
        while (true)
        {
            var last = after;
            var part = await database.ReadAsync(connection => ReadAsync(connection, last, cancel), cancel);
            foreach (var (viewer, payload) in part)
            {
                yield return (viewer, payload);
            }

            if (part.Count < ViewersPerReadMax)
            {
                yield break;
            }

            after = part[^1].Viewer;
        }
    }

    async Task<int> SaveAsync(
        NpgsqlConnection connection,
        List<StoredViewer> viewers,
        IReadOnlyDictionary<int, long> positions,
        CancellationToken cancel)
    {
        foreach (var part in Parts.Of(viewers, viewer => viewer.Payload.Length, PartBytesMax))
        {
            await database.ExecuteLargeAsync(
                connection,
                Upsert,
                cancel,
                PostgresStatement.Of([.. part.Select(viewer => viewer.Viewer)]),
                PostgresStatement.Of([.. part.Select(viewer => viewer.Revision)]),
                PostgresStatement.Of([.. part.Select(viewer => viewer.Payload)]));
        }

        if (positions.Count > 0)
        {
            var ordered = positions.OrderBy(position => position.Key).ToList();
            await connection.ExecuteAsync(
                UpsertPositions,
                cancel,
                PostgresStatement.Of([.. ordered.Select(position => position.Key)]),
                PostgresStatement.Of([.. ordered.Select(position => position.Value)]));
        }

        return viewers.Count;
    }

    static async Task<List<(Guid Viewer, byte[] Payload)>> ReadAsync(
        NpgsqlConnection connection, Guid? after, CancellationToken cancel)
    {
        await using var command = connection.Statement(
            after is null ? ReadFirst : ReadNext, PostgresStatement.Of(ViewersPerReadMax));
        if (after is { } last)
        {
            command.Parameters.Add(PostgresStatement.Of(last));
        }

        await using var rows = await command.ExecuteReaderAsync(cancel);
        return await rows.AllAsync(row => (row.GetGuid(0), row.GetFieldValue<byte[]>(1)), cancel);
    }
}
