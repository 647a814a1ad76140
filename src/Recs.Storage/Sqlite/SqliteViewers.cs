using System.Runtime.CompilerServices;

namespace Recs.Storage.Sqlite;

/// <inheritdoc cref="IViewerStore"/>
/// <remarks>A save is one transaction, and the log waits while it runs: about 50 ms for 10,000 viewers of 1 kB.</remarks>
sealed class SqliteViewers(SqliteReaders readers, SqliteWriter? writer) : IViewerStore
{
    const int ViewersPerReadMax = 1000;
    const int RowBytes = 64;

    SqliteWriter Writer => writer ?? throw new InvalidOperationException("Only the owner of a store writes viewers.");

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> LoadAsync(Guid viewer, CancellationToken cancel) =>
        readers.ReadAsync<ReadOnlyMemory<byte>?>(
            session => session.Scalar("SELECT payload FROM viewer WHERE id = $1", Key(viewer)) is byte[] { Length: > 0 } payload
                ? new ReadOnlyMemory<byte>(payload)
                : default(ReadOnlyMemory<byte>?),
            cancel);

    /// <inheritdoc/>
    public async ValueTask SaveAsync(
        IReadOnlyList<StoredViewer> viewers,
        IReadOnlyDictionary<int, long> positions,
        CancellationToken cancel)
    {
        var bytes = viewers.Sum(viewer => (long)viewer.Payload.Length + RowBytes);
        await Writer.WriteAsync(bytes, session => Save(session, viewers, positions), cancel);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<int, long>> PositionsAsync(CancellationToken cancel) =>
        readers.ReadAsync<IReadOnlyDictionary<int, long>>(
            session => session.Query(
                "SELECT partition, offset FROM viewer_position",
                row => KeyValuePair.Create(row.GetInt32(0), row.GetInt64(1))).ToDictionary(),
            cancel);

    /// <inheritdoc/>
    public async IAsyncEnumerable<(Guid Viewer, ReadOnlyMemory<byte> Payload)> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancel)
    {
        byte[] after = [];
        while (true)
        {
            var last = after;
            var part = await readers.ReadAsync(session => Read(session, last), cancel);
            foreach (var (key, payload) in part)
            {
                yield return (new Guid(key, bigEndian: true), payload);
            }

            if (part.Count < ViewersPerReadMax)
            {
                yield break;
            }

            after = part[^1].Key;
        }
    }

    static int Save(
        SqliteSession session,
        IReadOnlyList<StoredViewer> viewers,
        IReadOnlyDictionary<int, long> positions)
    {
        foreach (var (viewer, revision, payload) in viewers)
        {
            session.Execute(
                """
                INSERT INTO viewer (id, revision, payload) VALUES ($1, $2, $3)
                ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, payload = excluded.payload
                WHERE excluded.revision > revision
                """,
                Key(viewer),
                revision,
                SqliteSession.Bytes(payload));
        }

        foreach (var (partition, offset) in positions)
        {
            session.Execute(
                """
                INSERT INTO viewer_position (partition, offset) VALUES ($1, $2)
                ON CONFLICT (partition) DO UPDATE SET offset = max(offset, excluded.offset)
                """,
                partition,
                offset);
        }

        return viewers.Count;
    }

    static List<(byte[] Key, byte[] Payload)> Read(SqliteSession session, byte[] after) =>
        session.Query(
            "SELECT id, payload FROM viewer WHERE id > $1 AND length(payload) > 0 ORDER BY id LIMIT $2",
            row => (row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1)),
            after,
            ViewersPerReadMax);

    static byte[] Key(Guid viewer) => viewer.ToByteArray(bigEndian: true);
}
