using System.Buffers.Binary;
using System.ComponentModel.DataAnnotations;

using Microsoft.Extensions.Logging;

using Npgsql;

using Recs.Storage;
using Recs.Storage.Postgres;

using Xunit;

namespace Recs.Tests.Storage;

/// <summary>What the store of a cluster promises beyond the contract: several processes, limits, clear refusals.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresStoreTests(PostgresServer server) : IDisposable
{
    static readonly Dictionary<int, long> Nowhere = [];

    readonly string _database = server.CreateDatabase();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    PostgresOptions Options => new() { ConnectionString = _database, Partitions = 2 };

    public void Dispose() => server.DropDatabase(_database);

    [Fact]
    public async Task Two_processes_write_one_partition_without_gaps_and_every_record_once()
    {
        const int Writers = 12;
        const int Appends = 60;
        await using var one = await Open(Options);
        await using var two = await Open(Options);
        var reader = FollowAsync(two.EventLog, Writers * Appends);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            var log = writer % 2 == 0 ? one.EventLog : two.EventLog;
            for (var number = 0; number < Appends; number++)
            {
                var record = new byte[8];
                BinaryPrimitives.WriteInt32LittleEndian(record, writer);
                BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(4), number);
                await log.AppendAsync(1, record, 1, Cancel);
            }
        }));

        var rows = await reader.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        Assert.Equal(Enumerable.Range(1, rows.Count).Select(offset => (long)offset), rows.Select(row => row.Offset));
        Assert.Equal(rows.Select(row => row.At).Order(), rows.Select(row => row.At));
        var next = new int[Writers];
        foreach (var record in rows.SelectMany(row => row.Payload.ToArray().Chunk(8)))
        {
            var writer = BinaryPrimitives.ReadInt32LittleEndian(record);
            Assert.Equal(next[writer]++, BinaryPrimitives.ReadInt32LittleEndian(record.AsSpan(4)));
        }

        Assert.All(next, count => Assert.Equal(Appends, count));
        Assert.Equal(rows.Count, await one.EventLog.EndAsync(1, Cancel));
    }

    [Fact]
    public async Task Rows_of_another_process_end_a_wait()
    {
        await using var one = await Open(Options);
        await using var two = await Open(Options);
        var waiting = two.EventLog.WaitAsync(0, 0, Cancel).AsTask();
        await one.EventLog.AppendAsync(0, new byte[10], 1, Cancel);
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        Assert.Single(await two.EventLog.ReadAsync(0, 0, 10, 1000, Cancel));
    }

    [Fact]
    public async Task A_take_over_in_one_process_fences_the_other()
    {
        await using var one = await Open(Options);
        await using var two = await Open(Options);
        var former = await one.Snapshots.TakeOverAsync("items", 3, Cancel);
        var current = await two.Snapshots.TakeOverAsync("items", 3, Cancel);
        Assert.True(current > former);

        Assert.False(await one.Snapshots.SaveAsync("items", 3, former, Nowhere, [new Page(1, new byte[1])], Cancel));
        Assert.False(await one.Catalogue.UpsertAsync(new("items", 3, former), [new(3, "a", false, new byte[2])], Cancel));
        Assert.True(await two.Snapshots.SaveAsync("items", 3, current, Nowhere, [new Page(1, new byte[2])], Cancel));
        Assert.True(await two.Catalogue.UpsertAsync(new("items", 3, current), [new(3, "b", false, new byte[2])], Cancel));
        Assert.Equal(2, (await one.Snapshots.LoadAsync("items", 3, Cancel))!.Pages.Single().Payload.Length);
    }

    [Fact]
    public async Task A_take_over_waits_for_the_save_before_it_and_every_later_one_is_refused()
    {
        await using var one = await Open(Options);
        await using var two = await Open(Options);
        for (var round = 0; round < 10; round++)
        {
            var epoch = await one.Snapshots.TakeOverAsync("edges", 0, Cancel);
            var position = new Dictionary<int, long> { [0] = round };
            var save = one.Snapshots.SaveAsync("edges", 0, epoch, position, [new Page(round, new byte[100_000])], Cancel).AsTask();
            await two.Snapshots.TakeOverAsync("edges", 0, Cancel);
            var seen = (await two.Snapshots.LoadAsync("edges", 0, Cancel))!.Pages.Any(page => page.Id == round);
            Assert.Equal(await save, seen);
        }
    }

    [Fact]
    public async Task A_server_that_confirms_commits_early_is_warned_of()
    {
        var name = new NpgsqlConnectionStringBuilder(_database).Database;
        var warnings = new Warnings();
        await (await PostgresStore.OpenAsync(Options, TimeProvider.System, warnings, Cancel)).DisposeAsync();
        Assert.Empty(warnings);
        PostgresServer.Execute(_database, $"ALTER DATABASE {name} SET synchronous_commit = off");
        await (await PostgresStore.OpenAsync(Options, TimeProvider.System, warnings, Cancel)).DisposeAsync();
        Assert.Contains("a crash loses feedback", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_and_viewers_named_twice_in_one_write_leave_the_later_page_and_the_higher_revision()
    {
        await using var store = await Open(Options);
        var epoch = await store.Snapshots.TakeOverAsync("edges", 0, Cancel);
        Page[] pages = [new(1, new byte[1]), new(1, new byte[2]), new(2, new byte[1]), new(2, default)];
        Assert.True(await store.Snapshots.SaveAsync("edges", 0, epoch, Nowhere, pages, Cancel));
        var page = (await store.Snapshots.LoadAsync("edges", 0, Cancel))!.Pages.Single();
        Assert.Equal((1, 2), (page.Id, page.Payload.Length));

        var viewer = new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        await store.Viewers.SaveAsync(
            [new(viewer, 2, new byte[2]), new(viewer, 3, new byte[3]), new(viewer, 1, new byte[1])], Nowhere, Cancel);
        Assert.Equal(3, (await store.Viewers.LoadAsync(viewer, Cancel))!.Value.Length);
    }

    [Fact]
    public async Task A_newer_schema_is_refused_in_one_line()
    {
        await (await Open(Options)).DisposeAsync();
        PostgresServer.Execute(_database, "INSERT INTO recs.schema_version (version) VALUES (999)");
        var refusal = await Assert.ThrowsAsync<StorageRefusedException>(() => Open(Options));
        Assert.Contains("schema 999", refusal.Message, StringComparison.Ordinal);
        AssertNoPassword(refusal);
        PostgresServer.Execute(_database, "DELETE FROM recs.schema_version WHERE version = 999");
        await (await Open(Options)).DisposeAsync();
    }

    [Fact]
    public async Task Processes_that_start_at_once_make_one_store_and_its_number_of_partitions_stays()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Open(Options)));
        Assert.All(stores, store => Assert.Equal(2, store.EventLog.Partitions));
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }

        await using var later = await Open(Options with { Partitions = 5 });
        Assert.Equal(2, later.EventLog.Partitions);
    }

    [Theory]
    [InlineData("Password=wrong-8d2a")]
    [InlineData("Port=1")]
    [InlineData("Database=missing")]
    [InlineData("Username=nobody")]
    [InlineData("Host=")]
    [InlineData("Port=hunter2-8d2a")]
    [InlineData("Pass word=hunter2-8d2a")]
    [InlineData("hunter2-8d2a")]
    public async Task A_connection_that_cannot_be_made_is_refused_in_one_line_without_the_password(string change)
    {
        var refusal = await Assert.ThrowsAsync<StorageRefusedException>(
            () => Open(Options with { ConnectionString = $"{_database};{change}" }));
        AssertNoPassword(refusal);
        Assert.DoesNotContain("8d2a", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_password_is_in_no_text_of_the_options()
    {
        Assert.DoesNotContain(Password, $"{Options}", StringComparison.Ordinal);
        var refusal = await Assert.ThrowsAsync<ValidationException>(() => Open(Options with { Partitions = 0 }));
        Assert.Contains(nameof(PostgresOptions.Partitions), refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, refusal.ToString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<ValidationException>(() => Open(Options with { ConnectionString = "" }));
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
    public async Task Appends_given_up_while_they_wait_were_not_written_and_all_others_were()
    {
        await using var store = await Open(Options);
        using var giveUp = new CancellationTokenSource();
        var appends = Enumerable.Range(0, 400)
            .Select(n => store.EventLog.AppendAsync(0, new byte[100], 1, n % 2 == 0 ? giveUp.Token : Cancel).AsTask()).ToList();
        await giveUp.CancelAsync();
        await Task.WhenAll(appends).ContinueWith(_ => { }, Cancel, TaskContinuationOptions.None, TaskScheduler.Default);
        var rows = await store.EventLog.ReadAsync(0, 0, 1000, int.MaxValue, Cancel);
        Assert.Equal(appends.Count(append => append.IsCompletedSuccessfully), rows.Sum(row => row.Count));
        Assert.All(appends.Where((_, n) => n % 2 == 1), append => Assert.True(append.IsCompletedSuccessfully));
    }

    [Fact]
    public async Task Everything_that_waits_is_written_before_the_store_closes()
    {
        var store = await Open(Options);
        var appends = Enumerable.Range(0, 300).Select(_ => store.EventLog.AppendAsync(1, new byte[100], 1, Cancel).AsTask()).ToList();
        await store.DisposeAsync();
        await Task.WhenAll(appends);
        await using var again = await Open(Options);
        Assert.Equal(300, (await again.EventLog.ReadAsync(1, 0, 1000, int.MaxValue, Cancel)).Sum(row => row.Count));
        await Assert.ThrowsAnyAsync<IOException>(
            () => store.Catalogue.UpsertAsync(null, [new StoredItem(1, "b", false, new byte[2])], Cancel).AsTask());
        await Assert.ThrowsAnyAsync<IOException>(() => store.Models.ListAsync(Cancel).AsTask());
    }

    [Fact]
    public async Task Any_number_of_shards_reads_its_own_items()
    {
        await using var store = await Open(Options);
        StoredItem[] items = [.. Enumerable.Range(0, 5000).Select(row => new StoredItem(row, $"{row}", false, new byte[2]))];
        Assert.True(await store.Catalogue.UpsertAsync(null, items, Cancel));
        foreach (var (shard, shards) in new[] { (0, 1), (2, 3), (0, 16), (15, 16), (20, 32), (5, 7) })
        {
            List<int> rows = [];
            await foreach (var item in store.Catalogue.ReadShardAsync(shard, shards, Cancel))
            {
                rows.Add(item.Row);
            }

            Assert.Equal(Enumerable.Range(0, 5000).Where(row => row % shards == shard), rows);
        }
    }

    string Password => new NpgsqlConnectionStringBuilder(_database).Password!;

    void AssertNoPassword(Exception failure)
    {
        Assert.DoesNotContain('\n', failure.Message);
        Assert.DoesNotContain(Password, failure.ToString(), StringComparison.Ordinal);
    }

    static async Task<List<LogBatch>> FollowAsync(IEventLog log, int records)
    {
        List<LogBatch> rows = [];
        while (rows.Sum(row => row.Count) < records)
        {
            var after = rows.Count == 0 ? 0 : rows[^1].Offset;
            await log.WaitAsync(1, after, Cancel);
            rows.AddRange(await log.ReadAsync(1, after, 100, 100_000, Cancel));
        }

        return rows;
    }

    sealed class Warnings : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add(formatter(state, exception));
    }

    static Task<PostgresStore> Open(PostgresOptions options) => PostgresStore.OpenAsync(options, TimeProvider.System, null, Cancel);
}
