using Recs.Storage.Postgres;
using Recs.Storage.Sqlite;

namespace Recs.Storage;

/// <summary>Opens the store that a person names in one word: a data folder, or the connection string of a PostgreSQL database.</summary>
public static class StoreAddress
{
    /// <summary>Opens a store.</summary>
    /// <param name="address">A path, or what has an equals sign: a connection string.</param>
    /// <param name="access">What this process may do with it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageRefusedException">There is no such store, or it does not fit; one line says why.</exception>
    public static async Task<IStore> OpenAsync(string address, StorageAccess access, TimeProvider time, CancellationToken cancel) =>
        address.Contains('=', StringComparison.Ordinal)
            ? await PostgresStore.OpenAsync(new PostgresOptions { ConnectionString = address, Access = access }, time, null, cancel)
            : await SqliteStore.OpenAsync(new SqliteOptions { Path = address, Access = access }, time, null, cancel);
}
