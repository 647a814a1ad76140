using Recs.Storage.Kafka;
using Recs.Storage.Postgres;
using Recs.Storage.Sqlite;

namespace Recs.Storage;

/// <summary>Opens the store that a person names in a word or two: a data folder or a database, and a topic if the log is one.</summary>
public static class StoreAddress
{
    /// <summary>Opens a store.</summary>
    /// <param name="address">A path, or what has an equals sign: a connection string of PostgreSQL.</param>
    /// <param name="log">
    /// Where the log is if it is not in the store: <c>kafka://HOST:PORT[,HOST:PORT]/TOPIC[?setting=value&amp;...]</c>, settings by
    /// librdkafka's names. Null or empty: in the store.
    /// </param>
    /// <param name="access">What this process may do with it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageRefusedException">There is no such store or topic, or it does not fit; one line says why.</exception>
    public static async Task<IStore> OpenAsync(
        string address, string? log, StorageAccess access, TimeProvider time, CancellationToken cancel)
    {
        var topic = string.IsNullOrEmpty(log) ? null : KafkaAddress.Parse(log);
        IStore store = address.Contains('=', StringComparison.Ordinal)
            ? await PostgresStore.OpenAsync(new PostgresOptions { ConnectionString = address, Access = access }, time, null, cancel)
            : await SqliteStore.OpenAsync(new SqliteOptions { Path = address, Access = access }, time, null, cancel);
        return topic is null ? store : await WithLogAsync(store, topic, time, cancel);
    }

    /// <summary>Opens a topic and puts it in the place of a store's own log.</summary>
    /// <param name="store">The store; closed when the topic cannot be opened.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageRefusedException">There is no such topic, or it does not fit; one line says why.</exception>
    public static async Task<IStore> WithLogAsync(IStore store, KafkaLogOptions topic, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            return new StoreWithLog(store, await KafkaEventLog.OpenAsync(topic, time, null, cancel));
        }
        catch (Exception reason)
        {
            await store.DisposeAsync();
            if (reason is IOException and not StorageRefusedException)
            {
                throw new StorageRefusedException(reason.Message, reason);
            }

            throw;
        }
    }
}
