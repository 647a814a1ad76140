using Recs.Storage.Postgres;

using Xunit;

namespace Recs.Tests.Storage;

/// <summary>The store of a cluster keeps the contract.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresContractTests(PostgresServer server) : StorageContract
{
    readonly string _database = server.CreateDatabase();

    protected override async Task<Stores> OpenAsync()
    {
        var options = new PostgresOptions
        {
            ConnectionString = _database,
            Partitions = Partitions,
            AppendBatchBytesMax = 16 << 10,
        };
        var store = await PostgresStore.OpenAsync(options, Time, null, Cancel);
        return new Stores(
            store.EventLog, store.Snapshots, store.Catalogue, store.Viewers, store.Models, store.Secrets, store.DeadLetters, store);
    }

    protected override void Delete() => server.DropDatabase(_database);
}
