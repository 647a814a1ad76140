using System.Text.Json;

using Microsoft.Extensions.Time.Testing;

using Recs.Cli;
using Recs.Cli.Output;
using Recs.Offline.Joins;
using Recs.Storage;
using Recs.Storage.Folding;
using Recs.Storage.Retention;
using Recs.Storage.Sqlite;
using Recs.Trainer;

using Xunit;

namespace Recs.Tests.Retention;

/// <summary><c>recs-trainer retain</c> and <c>recs replay-log</c> on a data folder, while its owner has it open.</summary>
public sealed class RetainCommandTests : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("recs-retain-").FullName;
    readonly FakeTimeProvider _time = new(RetentionWorld.Start);
    SqliteStore _store = null!;
    RetentionWorld _world = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await SqliteStore.OpenAsync(new() { Path = _folder, Partitions = RetentionWorld.Partitions }, _time, null, Cancel);
        _world = RetentionWorld.Of(_store, _time, 31);
        await _world.Play(37);
    }

    public async ValueTask DisposeAsync()
    {
        _world.Dispose();
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Old_rows_are_dropped_and_the_proof_starts_from_the_base()
    {
        var before = await Rows(0);
        var (code, output) = await Replay();
        Assert.Equal(0, code);
        Assert.DoesNotContain("base", output, StringComparison.Ordinal);
        Assert.Contains($"events in the log        {_world.Traffic.Count}", output, StringComparison.Ordinal);

        var json = Path.Combine(_folder, "retain.json");
        var archive = Path.Combine(_folder, "archive");
        var (retained, said, _) = await Retain("--json", json, "--archive", archive);
        Assert.Equal(0, retained);
        using var result = JsonDocument.Parse(await File.ReadAllTextAsync(json, Cancel));
        var part = result.RootElement.GetProperty("partitions")[0];
        var through = part.GetProperty("droppedThrough").GetInt64();
        Assert.True(through > 0);
        Assert.Contains($"partition 0: base up to row {part.GetProperty("basePosition")}, dropped up to row {through}", said, StringComparison.Ordinal);
        Assert.Equal(
            before.Where(row => row.Offset <= through).Select(row => (row.Offset, row.At, Convert.ToHexString(row.Payload.Span))),
            await Archived(archive));
        Assert.Equal(before.Where(row => row.Offset > through).Select(row => row.Offset), (await Rows(0)).Select(row => row.Offset));
        Assert.False(result.RootElement.GetProperty("isFenced").GetBoolean());

        (code, output) = await Replay();
        Assert.Equal(0, code);
        Assert.Contains($"started from the base    at 0:{part.GetProperty("basePosition")}, 1:", output, StringComparison.Ordinal);
        Assert.Contains($"events in base and log   {_world.Traffic.Count}", output, StringComparison.Ordinal);

        await _world.Play(3);
        (retained, _, _) = await Retain("--days", "2.5");
        Assert.Equal(0, retained);
        Assert.Equal(0, (await Replay()).Code);
    }

    [Fact]
    public async Task A_damaged_base_ends_the_proof_with_exit_code_1()
    {
        Assert.Equal(0, (await Retain()).Code);
        for (var shard = 0; ; shard++)
        {
            if (await _store.Snapshots.LoadAsync(StoredBase.EdgeKind, shard, Cancel) is not { Pages: [var page, ..] })
            {
                continue;
            }

            var payload = page.Payload.ToArray();
            payload[12] ^= 1;
            var epoch = await _store.Snapshots.TakeOverAsync(StoredBase.EdgeKind, shard, Cancel);
            Assert.True(await _store.Snapshots.SaveAsync(
                StoredBase.EdgeKind, shard, epoch, new Dictionary<int, long>(), [new Page(page.Id, payload)], Cancel));
            break;
        }

        var (code, output) = await Replay();
        Assert.Equal(1, code);
        Assert.Contains("differences              1", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "--days: '0' is not a number from 0.01 to 36500", "--days", "0")]
    [InlineData(1, "cannot be used, so nothing is dropped", "--archive", "/dev/null/archive")]
    public async Task Says_in_one_line_what_cannot_be_done(int expected, string reason, params string[] arguments)
    {
        var (code, _, error) = await Retain(arguments);
        Assert.Equal(expected, code);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Equal(1, (await Rows(0))[0].Offset);
    }

    [Fact]
    public async Task Training_reads_a_log_that_begins_later()
    {
        var whole = new Interactions();
        var since = _time.GetUtcNow() - TimeSpan.FromDays(20);
        await StoredLog.ReadAsync(_store.EventLog, since, whole, null, Cancel);
        var all = new Interactions();
        await StoredLog.ReadAsync(_store.EventLog, DateTimeOffset.MinValue, all, null, Cancel);

        Assert.Equal(0, (await Retain()).Code);

        Assert.True((await Rows(0))[0].Offset > 1 && (await Rows(1))[0].Offset > 1);
        var trimmed = new Interactions();
        await StoredLog.ReadAsync(_store.EventLog, since, trimmed, null, Cancel);
        Assert.Equal(whole.Count, trimmed.Count);
        var left = new Interactions();
        await StoredLog.ReadAsync(_store.EventLog, DateTimeOffset.MinValue, left, null, Cancel);
        Assert.InRange(left.Count, trimmed.Count + 1, all.Count - 1);

        _ = await _store.EventLog.TrimAsync(0, long.MaxValue, Cancel);
        _ = await _store.EventLog.TrimAsync(1, long.MaxValue, Cancel);
        var nothing = new Interactions();
        await StoredLog.ReadAsync(_store.EventLog, DateTimeOffset.MinValue, nothing, null, Cancel);
        Assert.Equal(0, nothing.Count);
    }

    [Fact]
    public async Task A_reader_drops_nothing()
    {
        await using var reader = await SqliteStore.OpenAsync(
            new() { Path = _folder, Access = StorageAccess.Reader }, _time, null, Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(() => reader.EventLog.TrimAsync(0, 5, Cancel).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(() => _world.Retain(reader, 5));
        Assert.Equal(1, (await Rows(0))[0].Offset);
    }

    async Task<(int Code, string Output, string Error)> Retain(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        // Trimming for an owner pauses between its parts: the clock must go on.
        var code = TrainerTool.RunAsync(["retain", "--storage", _folder, .. arguments], new(output, error, null, _time), Cancel);
        while (!code.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(5));
            await Task.WhenAny(code, Task.Delay(5, Cancel));
        }

        return (await code, output.ToString(), error.ToString());
    }

    async Task<(int Code, string Output)> Replay()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(output, error, null, _time);
        var code = await Tool.RunAsync(
            ["replay-log", "--storage", _folder], new ToolContext(terminal, _time, _ => throw new NotSupportedException()));
        return (code, output.ToString());
    }

    async Task<List<LogBatch>> Rows(int partition)
    {
        List<LogBatch> rows = [];
        await foreach (var row in LogRows.ReadAsync(_store.EventLog, partition, 0, long.MaxValue, Cancel))
        {
            rows.Add(row);
        }

        return rows;
    }

    static async Task<List<(long, DateTimeOffset, string)>> Archived(string folder)
    {
        List<(long, DateTimeOffset, string)> rows = [];
        await foreach (var row in ArchiveReader.ReadAsync(folder, 0, 0, Cancel))
        {
            rows.Add((row.Offset, row.At, Convert.ToHexString(row.Payload.Span)));
        }

        return rows;
    }
}
