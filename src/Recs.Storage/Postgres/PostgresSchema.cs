using System.Globalization;

namespace Recs.Storage.Postgres;

/// <summary>Brings the schema up to what this program needs.</summary>
static class PostgresSchema
{
    // Any number nobody else uses: processes that start at once upgrade one after the other.
    const long UpgradeLock = 0x52656373;

    /// <summary>Creates or upgrades, each step in a transaction of its own; refuses a schema of the future.</summary>
    /// <exception cref="StorageRefusedException">The schema is newer than this program, or may not be changed by it.</exception>
    public static async Task UpgradeAsync(PostgresConnections connections, StorageAccess access, CancellationToken cancel)
    {
        if (access != StorageAccess.Owner)
        {
            var has = await VersionAsync(connections, cancel);
            if (has != Migrations.Postgres.Newest)
            {
                throw new StorageRefusedException(
                    $"The database has schema {has} and this program needs {Migrations.Postgres.Newest}: start a silo once to upgrade it.");
            }

            return;
        }

        var isDone = false;
        while (!isDone)
        {
            _ = await connections.TransactAsync(
                async transaction =>
                {
                    isDone = await Step(transaction, cancel);
                    return true;
                },
                cancel);
        }
    }

    /// <summary>Makes the partitions of a new log.</summary>
    /// <returns>How many the log has.</returns>
    public static async Task<int> PartitionsAsync(PostgresConnections connections, PostgresOptions options, CancellationToken cancel)
    {
        if (options.Access == StorageAccess.Owner)
        {
            _ = await connections.ExecuteAsync(
                """
                INSERT INTO recs.log_partition (partition, "offset", at)
                SELECT partition, 0, 0 FROM generate_series(0, $1 - 1) AS partition
                WHERE NOT EXISTS (SELECT 1 FROM recs.log_partition)
                ON CONFLICT DO NOTHING
                """,
                cancel,
                options.Partitions);
        }

        return Convert.ToInt32(
            await connections.ScalarAsync("SELECT count(*) FROM recs.log_partition", cancel), CultureInfo.InvariantCulture);
    }

    static async Task<bool> Step(PostgresTransaction transaction, CancellationToken cancel)
    {
        _ = await transaction.Execute("SELECT pg_advisory_xact_lock($1)", UpgradeLock);
        _ = await transaction.Execute("CREATE SCHEMA IF NOT EXISTS recs");
        _ = await transaction.Execute("CREATE TABLE IF NOT EXISTS recs.schema_version (version integer NOT NULL)");
        var has = await transaction.Scalar("SELECT max(version) FROM recs.schema_version") is int version ? version : 0;
        if (has > Migrations.Postgres.Newest)
        {
            throw new StorageRefusedException(
                $"The database has schema {has} and this program knows {Migrations.Postgres.Newest} at most: use a newer version of Recs.");
        }

        if (Migrations.Postgres.After(has).FirstOrDefault() is not { } migration)
        {
            return true;
        }

        _ = await transaction.Execute(await migration.ReadAsync(cancel));
        _ = await transaction.Execute("INSERT INTO recs.schema_version (version) VALUES ($1)", migration.Number);
        return false;
    }

    static async Task<int> VersionAsync(PostgresConnections connections, CancellationToken cancel) =>
        await connections.ScalarAsync("SELECT to_regclass('recs.schema_version')::text", cancel) is null
            ? 0
            : await connections.ScalarAsync("SELECT max(version) FROM recs.schema_version", cancel) is int version ? version : 0;
}
