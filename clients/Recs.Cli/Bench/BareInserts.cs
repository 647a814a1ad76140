using Npgsql;

namespace Recs.Cli.Bench;

/// <summary>
/// What the database alone can take of the same bytes: a batch of events as rows of their own (one NpgsqlBatch, one commit), and a
/// batch as a single row, as the log has it.
/// </summary>
static class BareInserts
{
    const string Create = "DROP TABLE IF EXISTS recs_bench_row; CREATE TABLE recs_bench_row (id bigserial PRIMARY KEY, payload bytea NOT NULL)";

    const string Insert = "INSERT INTO recs_bench_row (payload) VALUES ($1)";

    const string Bytes = "SELECT coalesce(sum(length(payload)) / nullif(sum(count), 0), 0)::int FROM recs.log_row";

    /// <summary>Inserts for a while.</summary>
    /// <param name="database">The connection string of the database that holds the log.</param>
    /// <param name="batch">Events in a row.</param>
    /// <param name="connections">Batches under way at a time.</param>
    /// <param name="duration">How long.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Bytes of an event in the log, and events a second as rows of their own and as one row a batch.</returns>
    public static async Task<(int EventBytes, double Rows, double Merged)> RunAsync(
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
        var rows = await InsertAsync(source, bytes, batch, connections, duration, time, cancel);
        var merged = await InsertAsync(source, bytes * batch, 1, connections, duration, time, cancel);
        await using var drop = source.CreateCommand("DROP TABLE recs_bench_row");
        _ = await drop.ExecuteNonQueryAsync(cancel);
        return (bytes, rows * batch, merged * batch);
    }

    /// <summary>Commits a second, each of some rows of so many bytes.</summary>
    static async Task<double> InsertAsync(
        NpgsqlDataSource source, int bytes, int rows, int connections, TimeSpan duration, TimeProvider time, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        var commits = await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            var payload = new byte[bytes];
            await using var connection = await source.OpenConnectionAsync(cancel);
            await using var insert = new NpgsqlBatch(connection);
            for (var row = 0; row < rows; row++)
            {
                insert.BatchCommands.Add(new NpgsqlBatchCommand(Insert) { Parameters = { new NpgsqlParameter<byte[]> { TypedValue = payload } } });
            }

            await insert.PrepareAsync(cancel);
            var done = 0L;
            for (; time.GetElapsedTime(started) < duration; done++)
            {
                _ = await insert.ExecuteNonQueryAsync(cancel);
            }

            return done;
        }));
        return commits.Sum() / time.GetElapsedTime(started).TotalSeconds;
    }
}
