using System.Runtime.CompilerServices;

namespace Recs.Storage.Postgres;

/// <inheritdoc cref="IViewerStore"/>
sealed class PostgresViewers(PostgresConnections connections) : IViewerStore
{
    const int ViewersPerReadMax = 1000;

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> LoadAsync(Guid viewer, CancellationToken cancel) =>
        await connections.ScalarAsync("SELECT payload FROM recs.viewer WHERE id = $1", cancel, viewer) is byte[] { Length: > 0 } payload
            ? payload
            : default(ReadOnlyMemory<byte>?);

    /// <inheritdoc/>
    public async ValueTask SaveAsync(
        IReadOnlyList<StoredViewer> viewers, IReadOnlyDictionary<int, long> positions, CancellationToken cancel) =>
        _ = await connections.TransactAsync(transaction => Save(transaction, viewers, positions), cancel);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<int, long>> PositionsAsync(CancellationToken cancel) =>
        (await connections.QueryAsync(
            """SELECT partition, "offset" FROM recs.viewer_position""",
            row => KeyValuePair.Create(row.GetInt32(0), row.GetInt64(1)),
            cancel)).ToDictionary();

    /// <inheritdoc/>
    public async IAsyncEnumerable<(Guid Viewer, ReadOnlyMemory<byte> Payload)> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancel)
    {
        Guid? after = null;
        while (true)
        {
            var part = await connections.QueryAsync(
                "SELECT id, payload FROM recs.viewer WHERE ($1::uuid IS NULL OR id > $1) AND length(payload) > 0 ORDER BY id LIMIT $2",
                row => (Id: row.GetGuid(0), Payload: row.GetFieldValue<byte[]>(1)),
                cancel,
                after,
                ViewersPerReadMax);
            foreach (var (id, payload) in part)
            {
                yield return (id, payload);
            }

            if (part.Count < ViewersPerReadMax)
            {
                yield break;
            }

            after = part[^1].Id;
        }
    }

    static async Task<bool> Save(
        PostgresTransaction transaction, IReadOnlyList<StoredViewer> viewers, IReadOnlyDictionary<int, long> positions)
    {
        var newest = viewers.GroupBy(viewer => viewer.Viewer)
            .Select(viewer => viewer.MaxBy(write => write.Revision)).OrderBy(viewer => viewer.Viewer).ToArray();
        _ = await transaction.Execute(
            """
            INSERT INTO recs.viewer (id, revision, payload)
            SELECT * FROM unnest($1, $2, $3)
            ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, payload = excluded.payload
            WHERE excluded.revision > recs.viewer.revision
            """,
            newest.Select(viewer => viewer.Viewer).ToArray(),
            newest.Select(viewer => viewer.Revision).ToArray(),
            newest.Select(viewer => viewer.Payload.ToArray()).ToArray());
        _ = await transaction.Execute(
            """
            INSERT INTO recs.viewer_position (partition, "offset")
            SELECT * FROM unnest($1, $2)
            ON CONFLICT (partition) DO UPDATE SET "offset" = greatest(recs.viewer_position."offset", excluded."offset")
            """,
            positions.Keys.Order().ToArray(),
            positions.OrderBy(pair => pair.Key).Select(pair => pair.Value).ToArray());
        return true;
    }
}
