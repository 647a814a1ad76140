using Npgsql;

using Recs.Storage;
using Recs.Storage.Postgres;

using Xunit;

namespace Recs.Tests.Storage;

/// <summary>The store of a cluster when its server or another of its processes fails.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresFailureTests(PostgresServer server) : IDisposable
{
    static readonly Dictionary<int, long> Nowhere = [];

    readonly string _database = server.CreateDatabase();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    PostgresOptions Options => new() { ConnectionString = _database, Partitions = 2 };

    public void Dispose() => server.DropDatabase(_database);

    [Fact]
    public async Task A_server_that_stops_makes_the_log_unavailable_and_works_again_when_it_is_back()
    {
        await using var store = await Open(Options);
        Assert.Equal(1, await store.EventLog.AppendAsync(0, new byte[10], 1, Cancel));
        var waiting = store.EventLog.WaitAsync(0, 1, Cancel).AsTask();
        await server.StopAsync();
        try
        {
            var failure = await Assert.ThrowsAsync<LogUnavailableException>(
                () => store.EventLog.AppendAsync(0, new byte[10], 1, Cancel).AsTask());
            AssertNoPassword(failure);
            await Assert.ThrowsAsync<LogUnavailableException>(() => store.EventLog.EndAsync(0, Cancel).AsTask());
            await Assert.ThrowsAsync<LogUnavailableException>(() => store.EventLog.ReadAsync(0, 0, 1, 1, Cancel).AsTask());
            await Assert.ThrowsAsync<IOException>(() => store.Snapshots.TakeOverAsync("edges", 0, Cancel).AsTask());
            await Assert.ThrowsAsync<IOException>(() => store.Models.AddAsync(null, "{}", new byte[9], Cancel).AsTask());
            await Assert.ThrowsAsync<IOException>(() => store.Viewers.SaveAsync([], Nowhere, Cancel).AsTask());
            AssertNoPassword(await Assert.ThrowsAsync<StorageRefusedException>(() => Open(Options)));
            Assert.False(waiting.IsCompleted);
        }
        finally
        {
            await server.RestartAsync();
        }

        Assert.Equal(2, await store.EventLog.AppendAsync(0, new byte[10], 1, Cancel));
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        Assert.Equal(2, await store.EventLog.EndAsync(0, Cancel));
        Assert.Equal(1, await store.Snapshots.TakeOverAsync("edges", 0, Cancel));
        Assert.Equal(2, (await store.EventLog.ReadAsync(0, 0, 10, 1000, Cancel)).Count);
    }

    [Fact]
    public async Task What_was_acknowledged_before_the_server_crashed_is_there_after_it_in_the_row_it_was_told()
    {
        await using var store = await Open(Options);
        var crashing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writers = Enumerable.Range(0, 8).Select(writer => AppendUntilItFailsAsync(store.EventLog, writer, crashing)).ToList();
        await crashing.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        await server.StopAsync();
        List<(int Writer, int Number, long Offset)> told;
        try
        {
            told = [.. (await Task.WhenAll(writers)).SelectMany(written => written)];
        }
        finally
        {
            await server.RestartAsync();
        }

        var end = await store.EventLog.AppendAsync(0, new byte[8], 1, Cancel);
        var stored = new HashSet<(int, int, long)>();
        for (var after = 0L; after < end;)
        {
            foreach (var row in await store.EventLog.ReadAsync(0, after, 100, 100_000, Cancel))
            {
                Assert.Equal(++after, row.Offset);
                Assert.All(row.Payload.ToArray().Chunk(8), record => Assert.True(stored.Add(
                    (BitConverter.ToInt32(record), BitConverter.ToInt32(record, 4), row.Offset))));
            }
        }

        Assert.True(told.Count >= 400);
        Assert.Empty(told.Except(stored));
    }

    [Fact]
    public async Task A_process_that_froze_amid_a_save_holds_up_its_successor_for_a_bounded_time_and_leaves_nothing()
    {
        var settings = new NpgsqlConnectionStringBuilder(_database);
        await using var wire = new FreezingWire(settings.Host!, settings.Port);
        settings.Port = wire.Port;
        var options = Options with { ConnectionString = settings.ConnectionString, TransactionPauseMax = TimeSpan.FromSeconds(1) };
        await using var two = await Open(Options);
        await using (var frozen = await Open(options))
        {
            var former = await frozen.Snapshots.TakeOverAsync("edges", 0, Cancel);
            Assert.True(await frozen.Snapshots.SaveAsync("edges", 0, former, Nowhere, [new Page(1, new byte[1])], Cancel));
            wire.FreezeAfter(9 << 20);
            Page[] pages = [.. Enumerable.Range(1, 5).Select(id => new Page(id, new byte[3 << 20]))];
            var save = frozen.Snapshots.SaveAsync("edges", 0, former, Nowhere, pages, Cancel).AsTask();
            await wire.Frozen.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

            var current = await two.Snapshots.TakeOverAsync("edges", 0, Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancel);
            Assert.True(await two.Snapshots.SaveAsync("edges", 0, current, Nowhere, [new Page(1, new byte[2])], Cancel));
            wire.Thaw();
            await Assert.ThrowsAsync<IOException>(() => save);
        }

        Assert.Equal(2, (await two.Snapshots.LoadAsync("edges", 0, Cancel))!.Pages.Single().Payload.Length);
    }

    static async Task<List<(int Writer, int Number, long Offset)>> AppendUntilItFailsAsync(
        IEventLog log, int writer, TaskCompletionSource crashing)
    {
        await Task.Yield();
        List<(int, int, long)> told = [];
        try
        {
            for (var number = 1; ; number++)
            {
                byte[] record = [.. BitConverter.GetBytes(writer), .. BitConverter.GetBytes(number)];
                told.Add((writer, number, await log.AppendAsync(0, record, 1, Cancel)));
                if (number == 400)
                {
                    crashing.TrySetResult();
                }
            }
        }
        catch (LogUnavailableException)
        {
            return told;
        }
    }

    string Password => new NpgsqlConnectionStringBuilder(_database).Password!;

    void AssertNoPassword(Exception failure)
    {
        Assert.DoesNotContain('\n', failure.Message);
        Assert.DoesNotContain(Password, failure.ToString(), StringComparison.Ordinal);
    }

    static Task<PostgresStore> Open(PostgresOptions options) => PostgresStore.OpenAsync(options, TimeProvider.System, null, Cancel);
}
