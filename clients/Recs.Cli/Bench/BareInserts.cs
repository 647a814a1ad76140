using Npgsql;

namespace Recs.Cli.Bench;

/// <summary>
/// What the database alone can take: batches of the same bytes as the log's rows, each inserted by one statement and one commit,
/// over as many connections as the events bench uses.
/// </summary>
static class BareInserts
{
    const string Create = "DROP TABLE IF EXISTS recs_bench_row; CREATE TABLE recs_bench_row (id bigserial PRIMARY KEY, payload bytea NOT NULL)";

    const string Bytes = "SELECT coalesce(sum(length(payload)) / nullif(sum(count), 0), 0)::int FROM recs.log_row";

    /// <summary>Inserts for a while.</summary>
    /// <param name="database">The connection string of the database that holds the log.</param>
    /// <param name="batch">Events in a row.</param>
    /// <param name="connections">Rows under way at a time.</param>
    /// <param name="duration">How long.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Bytes of an event in the log, and events a second by one connection and by all.</returns>
    public static async Task<(int EventBytes, double Alone, double Together)> RunAsync(
        string database, int batch, int connections, TimeSpan duration, TimeProvider time, CancellationToken cancel)
    {
        var settings = new NpgsqlConnectionStringBuilder(database) { MaxPoolSize = connections + 1 };
        await using var source = NpgsqlDataSource.Create(settings);
        await using (var create = source.CreateCommand(Create))
        {
            _ = await create.ExecuteNonQueryAsync(cancel);
        }

        await using var size = source.CreateCommand(Bytes);
        var bytes = (int)(await size.ExecuteScalarAsync(cancel))!;
        var alone = await InsertAsync(source, bytes * batch, 1, duration, time, cancel);
        var together = await InsertAsync(source, bytes * batch, connections, duration, time, cancel);
        await using var drop = source.CreateCommand("DROP TABLE recs_bench_row");
        _ = await drop.ExecuteNonQueryAsync(cancel);
        return (bytes, alone * batch, together * batch);
    }

    /// <summary>Rows a second.</summary>
    static async Task<double> InsertAsync(
        NpgsqlDataSource source, int bytes, int connections, TimeSpan duration, TimeProvider time, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        var rows = await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            var payload = new byte[bytes];
            await using var connection = await source.OpenConnectionAsync(cancel);
            await using var insert = new NpgsqlCommand("INSERT INTO recs_bench_row (payload) VALUES ($1)", connection);
            insert.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = payload });
            await insert.PrepareAsync(cancel);
            var done = 0L;
            for (; time.GetElapsedTime(started) < duration; done++)
            {
                _ = await insert.ExecuteNonQueryAsync(cancel);
            }

            return done;
        }));
        return rows.Sum() / time.GetElapsedTime(started).TotalSeconds;
    }
}
