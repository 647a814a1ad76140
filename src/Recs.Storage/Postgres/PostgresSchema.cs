using Npgsql;

namespace Recs.Storage.Postgres;

/// <summary>Checks the schema of a database and brings it up to date; processes that start at once take turns.</summary>
static class PostgresSchema
{
    // "Recs" in ASCII: the advisory lock of whoever looks at or changes the schema, held until the transaction ends.
    const long LockKey = 0x52656373;

    /// <summary>Upgrades the schema, each step in a transaction of its own, and makes the partitions of a new log.</summary>
    /// <returns>The number of partitions.</returns>
    /// <exception cref="StorageRefusedException">The schema is newer than this program.</exception>
    /// <exception cref="IOException">Storage failed.</exception>
    public static async Task<int> UpgradeAsync(PostgresDatabase database, int partitions, CancellationToken cancel)
    {
        while (await InTurnAsync(database, connection => StepAsync(connection, database.Name, cancel), cancel))
        {
        }

        return await InTurnAsync(database, connection => PartitionsAsync(connection, partitions, cancel), cancel);
    }

    /// <summary>Looks whether the schema is just this program's, and changes nothing.</summary>
    /// <returns>The number of partitions.</returns>
    /// <exception cref="StorageRefusedException">There is no schema, or another one.</exception>
    /// <exception cref="IOException">Storage failed.</exception>
    public static async Task<int> CheckAsync(PostgresDatabase database, CancellationToken cancel)
    {
        var version = await database.RunAsync(connection => VersionAsync(connection, cancel), cancel);
        return version == Migrations.Postgres.Newest
            ? await database.RunAsync(connection => CountAsync(connection, cancel), cancel)
            : throw new StorageRefusedException(
                $"PostgreSQL at {database.Name} has schema {version} and this program needs {Migrations.Postgres.Newest}: "
                + "start a silo of the same version once.");
    }

    /// <summary>Whether a crash of the server keeps what it confirmed.</summary>
    /// <exception cref="IOException">Storage failed.</exception>
    public static async Task<bool> IsDurableAsync(PostgresDatabase database, CancellationToken cancel) =>
        await database.RunAsync(
            connection => connection.ScalarAsync(
                "SELECT current_setting('fsync')::boolean AND current_setting('synchronous_commit') NOT IN ('off', 'false', 'no', '0')",
                cancel),
            cancel) is true;

    static ValueTask<T> InTurnAsync<T>(
        PostgresDatabase database, Func<NpgsqlConnection, Task<T>> run, CancellationToken cancel) =>
        database.TransactAsync(
            async connection =>
            {
                await connection.ExecuteAsync("SELECT pg_advisory_xact_lock($1)", cancel, PostgresStatement.Of(LockKey));
                return await run(connection);
            },
            cancel);

    /// <summary>Takes the next step; false when there is none.</summary>
    static async Task<bool> StepAsync(NpgsqlConnection connection, string name, CancellationToken cancel)
    {
        var version = await VersionAsync(connection, cancel);
        if (version > Migrations.Postgres.Newest)
        {
            throw new StorageRefusedException(
                $"PostgreSQL at {name} has schema {version} and this program knows {Migrations.Postgres.Newest} at most: "
                + "use a newer version of Recs.");
        }

        if (Migrations.Postgres.After(version).FirstOrDefault() is not { } migration)
        {
            return false;
        }

        await connection.ExecuteAsync(await migration.ReadAsync(cancel), cancel);
        await connection.ExecuteAsync(
            "INSERT INTO recs.schema_version (version) VALUES ($1)", cancel, PostgresStatement.Of(migration.Number));
        return true;
    }

    static async Task<int> VersionAsync(NpgsqlConnection connection, CancellationToken cancel) =>
        await connection.ScalarAsync("SELECT to_regclass('recs.schema_version') IS NOT NULL", cancel) is true
            ? (int)(await connection.ScalarAsync("SELECT coalesce(max(version), 0) FROM recs.schema_version", cancel))!
            : 0;

    static async Task<int> PartitionsAsync(NpgsqlConnection connection, int partitions, CancellationToken cancel)
    {
        if (await CountAsync(connection, cancel) is var count and > 0)
        {
            return count;
        }

        await connection.ExecuteAsync(
            """
            INSERT INTO recs.log_partition (partition, last_offset, last_at)
            SELECT partition, 0, 0 FROM generate_series(0, $1 - 1) AS partition
            """,
            cancel,
            PostgresStatement.Of(partitions));
        return partitions;
    }

    static async Task<int> CountAsync(NpgsqlConnection connection, CancellationToken cancel) =>
        (int)(await connection.ScalarAsync("SELECT count(*)::integer FROM recs.log_partition", cancel))!;
}
