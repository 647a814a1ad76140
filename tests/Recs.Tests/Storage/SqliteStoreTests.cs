using System.ComponentModel.DataAnnotations;

using Microsoft.Data.Sqlite;

using Recs.Storage;
using Recs.Storage.Sqlite;

using Xunit;

namespace Recs.Tests.Storage;

/// <summary>What the embedded store promises beyond the contract: one owner, clear refusals, limits, permissions.</summary>
public sealed class SqliteStoreTests : IDisposable
{
    static readonly Dictionary<int, long> Nowhere = [];

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("recs-");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    string DataFolder => Path.Combine(_folder.FullName, "data");

    string DataFile => Path.Combine(DataFolder, SqliteOptions.FileName);

    SqliteOptions Options => new() { Path = DataFolder, Partitions = 2 };

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_second_owner_is_refused_until_the_first_has_gone()
    {
        var first = await Open(Options);
        var refusal = await Assert.ThrowsAsync<StorageRefusedException>(() => Open(Options));
        Assert.Contains("in use by another process", refusal.Message, StringComparison.Ordinal);
        await first.DisposeAsync();
        await (await Open(Options)).DisposeAsync();
    }

    [Fact]
    public async Task A_newer_schema_is_refused_in_one_line()
    {
        await (await Open(Options)).DisposeAsync();
        Change("PRAGMA user_version = 999");
        foreach (var access in Enum.GetValues<StorageAccess>())
        {
            var refusal = await Assert.ThrowsAsync<StorageRefusedException>(() => Open(Options with { Access = access }));
            Assert.Contains("schema 999", refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', refusal.Message);
        }

        Change("PRAGMA user_version = 5");
        await (await Open(Options)).DisposeAsync();
    }

    [Fact]
    public async Task A_damaged_file_a_foreign_one_and_a_missing_one_are_refused()
    {
        var missing = await Assert.ThrowsAsync<StorageRefusedException>(
            () => Open(Options with { Access = StorageAccess.Reader }));
        Assert.Contains("no store at", missing.Message, StringComparison.Ordinal);

        Directory.CreateDirectory(DataFolder);
        await File.WriteAllBytesAsync(DataFile, [.. Enumerable.Range(0, 20_000).Select(n => (byte)(n * 31))], Cancel);
        await Assert.ThrowsAsync<StorageRefusedException>(() => Open(Options));
        await Assert.ThrowsAsync<StorageRefusedException>(() => Open(Options with { Access = StorageAccess.Trainer }));

        File.Delete(DataFile);
        Change("CREATE TABLE other (x)");
        var foreign = await Assert.ThrowsAsync<StorageRefusedException>(() => Open(Options));
        Assert.Contains("not one of Recs", foreign.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_number_of_partitions_is_refused()
    {
        await (await Open(Options)).DisposeAsync();
        var refusal = await Assert.ThrowsAsync<StorageRefusedException>(() => Open(Options with { Partitions = 3 }));
        Assert.Contains("2 log partitions", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_option_out_of_range_is_named()
    {
        var refusal = await Assert.ThrowsAsync<ValidationException>(() => Open(Options with { Partitions = 0 }));
        Assert.Contains(nameof(SqliteOptions.Partitions), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_belong_to_the_user_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Permissions are inherited there.");
            return;
        }

        await using var store = await Open(Options);
        await store.Secrets.TryAddTokenKeyAsync(1, new byte[32], Cancel);
        const UnixFileMode Others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var path in Directory.GetFiles(DataFolder, "recs.db*").Append(DataFolder))
        {
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & Others);
        }
    }

    [Fact]
    public async Task A_full_disk_makes_the_log_unavailable_and_room_makes_it_available_again()
    {
        await using var store = await Open(Options with { FileBytesMax = 2 << 20 });
        var viewer = new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        await store.Viewers.SaveAsync([new(viewer, 1, new byte[1 << 20])], Nowhere, Cancel);

        var acknowledged = 0;
        var failure = await Assert.ThrowsAsync<LogUnavailableException>(async () =>
        {
            while (true)
            {
                await store.EventLog.AppendAsync(0, new byte[50_000], 1, Cancel);
                acknowledged++;
            }
        });
        Assert.Contains("full", failure.Message, StringComparison.Ordinal);
        Assert.Equal(acknowledged, await store.EventLog.EndAsync(0, Cancel));
        await Assert.ThrowsAsync<IOException>(
            () => store.Viewers.SaveAsync([new(viewer, 2, new byte[2 << 20])], Nowhere, Cancel).AsTask());
        Assert.Equal(1 << 20, (await store.Viewers.LoadAsync(viewer, Cancel))!.Value.Length);

        await store.Viewers.SaveAsync([new(viewer, 3, default)], Nowhere, Cancel);
        Assert.Equal(acknowledged + 1, await store.EventLog.AppendAsync(0, new byte[50_000], 1, Cancel));
        Assert.Equal(acknowledged + 1, (await store.EventLog.ReadAsync(0, 0, 1000, int.MaxValue, Cancel)).Count);
    }

    [Fact]
    public async Task Too_many_waiting_bytes_are_refused_and_the_rest_is_written()
    {
        await using var store = await Open(Options with { AppendBytesMax = 100_000 });
        await Assert.ThrowsAsync<LogOverloadedException>(
            () => store.EventLog.AppendAsync(0, new byte[100_001], 1, Cancel).AsTask());

        var appends = Enumerable.Range(0, 400).Select(_ => store.EventLog.AppendAsync(1, new byte[40_000], 1, Cancel).AsTask()).ToList();
        await Task.WhenAll(appends).ContinueWith(_ => { }, Cancel, TaskContinuationOptions.None, TaskScheduler.Default);

        Assert.All(appends.Where(append => append.IsFaulted), append =>
            Assert.IsType<LogOverloadedException>(append.Exception!.InnerException));
        Assert.Contains(appends, append => append.IsFaulted);
        var rows = await store.EventLog.ReadAsync(1, 0, 1000, int.MaxValue, Cancel);
        Assert.Equal(appends.Count(append => append.IsCompletedSuccessfully), rows.Sum(row => row.Count));
        await store.EventLog.AppendAsync(0, new byte[100_000], 1, Cancel);
    }

    [Fact]
    public async Task Everything_that_waits_is_written_before_the_store_closes()
    {
        var store = await Open(Options);
        var appends = Enumerable.Range(0, 300).Select(_ => store.EventLog.AppendAsync(1, new byte[100], 1, Cancel).AsTask()).ToList();
        var upsert = store.Catalogue.UpsertAsync(null, [new StoredItem(0, "a", false, new byte[2])], Cancel).AsTask();
        await store.DisposeAsync();
        await Task.WhenAll(appends);
        await upsert;
        Assert.Equal([DataFile], Directory.GetFiles(DataFolder, "recs.db*"));
        await using var again = await Open(Options with { Access = StorageAccess.Reader });
        Assert.Equal(300, (await again.EventLog.ReadAsync(1, 0, 1000, int.MaxValue, Cancel)).Sum(row => row.Count));
        await Assert.ThrowsAnyAsync<IOException>(
            () => store.Catalogue.UpsertAsync(null, [new StoredItem(1, "b", false, new byte[2])], Cancel).AsTask());
        await Assert.ThrowsAnyAsync<IOException>(() => store.Models.ListAsync(Cancel).AsTask());
    }

    [Fact]
    public async Task A_reader_follows_a_running_owner_and_writes_nothing()
    {
        await using var owner = await Open(Options);
        await using var reader = await Open(new SqliteOptions { Path = DataFolder, Access = StorageAccess.Reader });
        Assert.Equal(2, reader.EventLog.Partitions);
        var waiting = reader.EventLog.WaitAsync(1, 0, Cancel);
        await owner.EventLog.AppendAsync(1, new byte[10], 1, Cancel);
        await waiting;
        Assert.Equal(1, await reader.EventLog.EndAsync(1, Cancel));
        Assert.Single(await reader.EventLog.ReadAsync(1, 0, 10, 1000, Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => reader.EventLog.AppendAsync(1, new byte[10], 1, Cancel).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(() => reader.Models.ActivateAsync(1, Cancel).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => reader.Snapshots.TakeOverAsync("edges", 0, Cancel).AsTask());
    }

    [Fact]
    public async Task A_trainer_adds_a_model_while_the_owner_appends()
    {
        await using var owner = await Open(Options);
        await using var trainer = await Open(Options with { Access = StorageAccess.Trainer });
        var payload = new byte[20 << 20];
        var adding = trainer.Models.AddAsync(null, "{}", payload, Cancel).AsTask();
        var appended = 0;
        while (!adding.IsCompleted)
        {
            await owner.EventLog.AppendAsync(0, new byte[100], 1, Cancel);
            appended++;
        }

        var version = await adding;
        Assert.True(appended > 0);
        Assert.Equal(appended, await owner.EventLog.EndAsync(0, Cancel));
        Assert.True(await trainer.Models.ActivateAsync(version, Cancel));
        Assert.Equal(version, await owner.Models.ActiveAsync(Cancel));
        Assert.Equal(payload.Length, (await owner.Models.LoadAsync(version, Cancel))!.Value.Length);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => trainer.Catalogue.UpsertAsync(null, [new StoredItem(0, "a", false, new byte[2])], Cancel).AsTask());
    }

    static Task<SqliteStore> Open(SqliteOptions options) => SqliteStore.OpenAsync(options, TimeProvider.System, null, Cancel);

    void Change(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DataFile};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are this test's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
