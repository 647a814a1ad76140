using Recs.Silo.Options;
using Recs.Storage;
using Recs.Storage.Kafka;
using Recs.Storage.Postgres;
using Recs.Storage.Sqlite;

namespace Recs.Silo.Hosting;

/// <summary>Opens the store that the settings name.</summary>
static class SiloStore
{
    /// <summary>Opens it as its owner: what is missing is made, what is old is upgraded.</summary>
    public static async Task<IStore> Open(RecsOptions options, CancellationToken cancel)
    {
        IStore store = options.Storage.Provider == StorageOptions.Postgres
            ? await PostgresStore.OpenAsync(
                new PostgresOptions
                {
                    ConnectionString = options.Storage.ConnectionString!,
                    Partitions = options.EventLog.Partitions,
                    AppendBytesMax = options.Limits.AppendBytesMax,
                },
                TimeProvider.System,
                null,
                cancel)
            : await SqliteStore.OpenAsync(
                new SqliteOptions
                {
                    Path = options.Storage.Path,
                    AcceptLoss = options.Storage.AcceptLoss,
                    Partitions = options.EventLog.Partitions,
                    AppendBytesMax = options.Limits.AppendBytesMax,
                },
                TimeProvider.System,
                null,
                cancel);
        if (options.EventLog.Provider != EventLogOptions.KafkaTopic)
        {
            return store;
        }

        var kafka = options.EventLog.Kafka;
        var topic = new KafkaLogOptions
        {
            BootstrapServers = kafka.BootstrapServers,
            Topic = kafka.Topic,
            Partitions = options.EventLog.Partitions,
            AppendBytesMax = options.Limits.AppendBytesMax,
            ClientSettings = kafka.ClientSettings(),
        };
        return await StoreAddress.WithLogAsync(store, topic, TimeProvider.System, cancel);
    }
}
