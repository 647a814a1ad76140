using System.Buffers;
using System.Text.Json;
using Recs.Offline.Joins;
using Recs.Schema.Decisions;
using Recs.Schema.Http;
using Recs.Schema.Log;
using Recs.Schema.Models;
using Recs.Storage;
using Recs.Storage.Sqlite;
using Recs.Trainer;
using Xunit;

namespace Recs.Tests.Offline;

/// <summary>The trainer's commands on a real store, while its owner has it open.</summary>
public sealed class TrainerTests : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("recs-trainer-").FullName;
    readonly StringWriter _output = new();
    readonly StringWriter _error = new();
    SqliteStore _store = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = await SqliteStore.OpenAsync(
        new() { Path = _folder, Partitions = 2 }, TimeProvider.System, null, Cancel);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Trains_promotes_lists_and_goes_back()
    {
        await FillAsync(TasteWorld.Create(200, 60, 4, 10, 1));
        Assert.Equal(0, await RunAsync("retrain", "--clusters", "8", "--dims", "16", "--promote"));
        Assert.Equal(0, await RunAsync("retrain", "--promote", "--json", Path.Combine(_folder, "model.json")));
        Assert.Equal(2, await _store.Models.ActiveAsync(Cancel));

        var file = await _store.Models.LoadAsync(2, Cancel);
        var model = ModelCodec.Read(file!.Value.Span, 2);
        Assert.Equal((1L, 1, 8, 16), (model.Parent, model.Lineage, model.Clusters, model.Dims));
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "model.json"), Cancel));
        Assert.True(json.RootElement.GetProperty("active").GetBoolean());
        Assert.Equal(60, json.RootElement.GetProperty("manifest").GetProperty("counts").GetProperty("itemsFromHistory").GetInt32());

        Assert.Equal(0, await RunAsync("rollback"));
        Assert.Equal(1, await _store.Models.ActiveAsync(Cancel));
        Assert.Equal(0, await RunAsync("promote", "2"));
        Assert.Equal(2, await _store.Models.ActiveAsync(Cancel));
        Assert.Equal(0, await RunAsync("list"));
        Assert.Contains("*    2", _output.ToString(), StringComparison.Ordinal);
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public async Task A_new_lineage_never_takes_ids_that_a_rolled_back_model_has_used()
    {
        await FillAsync(TasteWorld.Create(200, 60, 4, 10, 1));
        Assert.Equal(0, await RunAsync("retrain", "--clusters", "8", "--promote"));
        Assert.Equal(0, await RunAsync("retrain", "--clusters", "9", "--promote"));
        Assert.Equal(0, await RunAsync("rollback"));
        Assert.Equal(0, await RunAsync("retrain", "--clusters", "10"));
        var model = ModelCodec.Read((await _store.Models.LoadAsync(3, Cancel))!.Value.Span, 3);
        Assert.Equal((1L, 3, 17), (model.Parent, model.Lineage, model.ClusterIdBase));
    }

    [Theory]
    [InlineData("there are no items to train on", "retrain")]
    [InlineData("there is no model 7", "promote", "7")]
    [InlineData("no model is active", "rollback")]
    [InlineData("--dims: '0' is not a number from 1 to 1024", "retrain", "--dims", "0")]
    [InlineData("'judge' is not known", "judge")]
    [InlineData("--model", "evaluate")]
    public async Task Says_in_one_line_what_cannot_be_done(string reason, params string[] arguments)
    {
        Assert.Equal(2, await RunAsync(arguments));
        Assert.Contains(reason, _error.ToString(), StringComparison.Ordinal);
        Assert.Single(_error.ToString().TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Says_that_there_is_no_store()
    {
        await using var context = new StringWriter();
        var code = await TrainerTool.RunAsync(
            ["list", "--storage", Path.Combine(_folder, "nowhere")], new(_output, context, null, TimeProvider.System), Cancel);
        Assert.Equal(2, code);
        Assert.Single(context.ToString().TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Joins_impressions_and_rewards_of_decisions_once()
    {
        var decision = new Decision
        {
            Nonce = 5,
            At = TasteWorld.Now,
            Policy = 1,
            Graph = 1,
            Viewer = TasteWorld.Viewer(3),
            Clusters = [new ClusterWeight(0, 65535)],
            Items = [new(10, 6553, 0.5f, 1), new(11, 6553, 0.5f, 1), new(12, 6553, 0.5f, 1)],
        };
        await AppendAsync(
            Event(EventType.Impression, decision, -1, 0, 0),
            Event(EventType.Click, decision, 1, 65535, 9),
            Event(EventType.Click, decision, 1, 65535, 9),
            Event(EventType.Watch, decision, 2, 13107, 10));
        var interactions = new Interactions();
        await StoredLog.ReadAsync(_store.EventLog, DateTimeOffset.MinValue, interactions, null, Cancel);
        Assert.Equal(5, interactions.Count);
        var matrix = interactions.Build([10, 11, 12], out _);
        Assert.Equal([0, 1, 0.2f], matrix.Values);
    }

    [Fact]
    public async Task Leaves_out_what_is_older_than_asked_for()
    {
        await FillAsync(TasteWorld.Create(20, 60, 4, 10, 1));
        var interactions = new Interactions();
        await StoredLog.ReadAsync(
            _store.EventLog, TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1), interactions, null, Cancel);
        Assert.Equal(0, interactions.Count);
    }

    static LoggedEvent Event(EventType type, Decision decision, int position, ushort reward, ulong key) => new()
    {
        Type = type,
        At = TasteWorld.Now,
        Viewer = decision.Viewer,
        Decision = decision,
        Position = position,
        Reward = reward,
        Key = key,
    };

    Task<int> RunAsync(params string[] arguments) => TrainerTool.RunAsync(
        [.. arguments, "--storage", _folder], new(_output, _error, null, TimeProvider.System), Cancel);

    async Task FillAsync(TasteWorld world)
    {
        var items = world.Items.Select(item => new StoredItem(item.Row, item.Id, false, JsonSerializer.SerializeToUtf8Bytes(
            new ItemDocument { Id = item.Id, CreatedAt = item.CreatedAt, Categories = item.Categories, Creator = item.Creator },
            RecsJson.Default.ItemDocument))).ToList();
        await _store.Catalogue.UpsertAsync(null, items, Cancel);
        await AppendAsync([.. world.Training.Select(met => new LoggedEvent
        {
            Type = EventType.Like,
            At = TasteWorld.Now,
            Viewer = met.Viewer,
            Row = met.Row,
            Reward = (ushort)(met.Reward * 65535),
        })]);
    }

    async Task AppendAsync(params LoggedEvent[] events)
    {
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var logged in events)
        {
            FeedbackWriter.Write(logged, buffer);
        }

        await _store.EventLog.AppendAsync(1, buffer.WrittenMemory, events.Length, Cancel);
    }
}
