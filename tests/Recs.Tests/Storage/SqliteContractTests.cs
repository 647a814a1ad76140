using Recs.Storage.Sqlite;

namespace Recs.Tests.Storage;

/// <summary>The embedded store keeps the contract.</summary>
public sealed class SqliteContractTests : StorageContract
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("recs-");

    protected override async Task<Stores> OpenAsync()
    {
        var options = new SqliteOptions { Path = _folder.FullName, Partitions = Partitions, AppendBatchBytesMax = 16 << 10 };
        var store = await SqliteStore.OpenAsync(options, Time, null, Cancel);
        return new Stores(
            store.EventLog, store.Snapshots, store.Catalogue, store.Viewers, store.Models, store.Secrets, store.DeadLetters, store);
    }

    protected override void Delete() => _folder.Delete(recursive: true);
}
