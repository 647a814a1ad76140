using Recs.Storage;
using Recs.Storage.Postgres;

using Xunit;

namespace Recs.Tests.Storage;

/// <summary>What only a store that several processes share has to keep.</summary>
public sealed class PostgresStoreTests(PostgresFixture fixture) : IClassFixture<PostgresFixture>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_processes_append_to_one_partition_without_gaps_and_lose_nothing()
    {
        var database = await fixture.Server.NewDatabase();
        await using var one = await Open(database);
        await using var two = await Open(database);
        var told = await Task.WhenAll(Enumerable.Range(0, 200).Select(
            number => (number % 2 == 0 ? one : two).EventLog.AppendAsync(1, BitConverter.GetBytes(number), 1, Cancel).AsTask()));

        var rows = await one.EventLog.ReadAsync(1, 0, 1000, int.MaxValue, Cancel);
        Assert.Equal(Enumerable.Range(1, rows.Count).Select(offset => (long)offset), rows.Select(row => row.Offset));
        Assert.Equal(Enumerable.Range(0, 200), rows.SelectMany(row => row.Payload.ToArray().Chunk(4)).Select(record => BitConverter.ToInt32(record)).Order());
        Assert.All(told.Index(), place => Assert.Contains(
            place.Index, rows[(int)place.Item - 1].Payload.ToArray().Chunk(4).Select(record => BitConverter.ToInt32(record))));
    }

    [Fact]
    public async Task A_reader_hears_of_what_another_process_appends()
    {
        var database = await fixture.Server.NewDatabase();
        await using var one = await Open(database);
        await using var two = await Open(database);
        var waiting = one.EventLog.WaitAsync(0, 0, Cancel).AsTask();
        _ = await two.EventLog.AppendAsync(0, new byte[1], 1, Cancel);
        await waiting.WaitAsync(TimeSpan.FromSeconds(5), Cancel);
    }

    [Fact]
    public async Task Processes_that_start_at_once_upgrade_one_after_the_other_and_agree_on_partitions()
    {
        var database = await fixture.Server.NewDatabase();
        var stores = await Task.WhenAll(Enumerable.Range(1, 4).Select(partitions => Open(database, partitions)));
        Assert.Single(stores.Select(store => store.EventLog.Partitions).Distinct());
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_schema_of_the_future_and_one_of_the_past_are_refused_in_one_line()
    {
        var database = await fixture.Server.NewDatabase();
        var early = await Assert.ThrowsAsync<StorageRefusedException>(() => Open(database, access: StorageAccess.Reader));
        Assert.Contains("schema 0", early.Message, StringComparison.Ordinal);
        await using (await Open(database))
        {
            await using var source = Npgsql.NpgsqlDataSource.Create(database);
            await using var command = source.CreateCommand("INSERT INTO recs.schema_version VALUES (999)");
            _ = await command.ExecuteNonQueryAsync(Cancel);
        }

        var refusal = await Assert.ThrowsAsync<StorageRefusedException>(() => Open(database));
        Assert.Contains("schema 999", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_without_the_password()
    {
        var refusal = await Assert.ThrowsAsync<StorageRefusedException>(
            () => Open("Host=127.0.0.1;Port=1;Username=u;Password=hunter2;Timeout=2"));
        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
        _ = await Assert.ThrowsAsync<StorageRefusedException>(() => Open("No such thing=1"));
    }

    [Fact]
    public async Task A_server_that_stops_makes_the_log_unavailable_and_one_that_returns_is_used_again()
    {
        await using var server = await PostgresServer.Start();
        await using var store = await Open(await server.NewDatabase());
        _ = await store.EventLog.AppendAsync(0, new byte[1], 1, Cancel);
        await server.StopAtOnce();
        _ = await Assert.ThrowsAsync<LogUnavailableException>(() => store.EventLog.AppendAsync(0, new byte[2], 1, Cancel).AsTask());
        _ = await Assert.ThrowsAsync<IOException>(() => store.Snapshots.TakeOverAsync("edges", 1, Cancel).AsTask());
        await server.StartAgain();
        Assert.Equal(2, await store.EventLog.AppendAsync(0, new byte[3], 1, Cancel));
        Assert.Equal(3, (await store.EventLog.ReadAsync(0, 1, 10, 100, Cancel)).Single().Payload.Length);
    }

    static Task<PostgresStore> Open(string database, int partitions = 4, StorageAccess access = StorageAccess.Owner) =>
        PostgresStore.OpenAsync(
            new PostgresOptions { ConnectionString = database, Partitions = partitions, Access = access }, TimeProvider.System, Cancel);
}
