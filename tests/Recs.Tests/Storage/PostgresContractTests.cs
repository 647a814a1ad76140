using Recs.Storage.Postgres;

using Xunit;

namespace Recs.Tests.Storage;

/// <summary>PostgreSQL keeps the contract.</summary>
public sealed class PostgresContractTests(PostgresFixture fixture) : StorageContract, IClassFixture<PostgresFixture>
{
    string? _database;

    protected override async Task<Stores> OpenAsync()
    {
        TestContext.Current.TestOutputHelper?.WriteLine(fixture.Server.Description);
        _database ??= await fixture.Server.NewDatabase();
        var store = await PostgresStore.OpenAsync(
            new PostgresOptions { ConnectionString = _database, Partitions = Partitions, AppendBatchBytesMax = 16 << 10 }, Time, Cancel);
        return new Stores(
            store.EventLog, store.Snapshots, store.Catalogue, store.Viewers, store.Models, store.Secrets, store);
    }

    protected override void Delete()
    {
        // The server goes as a whole.
    }
}
