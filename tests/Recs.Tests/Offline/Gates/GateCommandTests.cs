using System.Buffers;
using System.Text.Json;
using Recs.Schema.Http;
using Recs.Schema.Log;
using Recs.Schema.Models;
using Recs.Storage;
using Recs.Storage.Sqlite;
using Recs.Trainer;
using Xunit;

namespace Recs.Tests.Offline.Gates;

/// <summary>Gates between the trainer and serving, on a real store.</summary>
public sealed class GateCommandTests : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("recs-gates-").FullName;
    readonly ShiftedTime _time = new();
    readonly StringWriter _output = new();
    readonly StringWriter _error = new();
    SqliteStore _store = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await SqliteStore.OpenAsync(new() { Path = _folder, Partitions = 2 }, _time, null, Cancel);
        await FillAsync(TasteWorld.Create(300, 80, 4, 10, 1));
        Assert.Equal(0, await RunAsync("retrain", "--clusters", "8", "--dims", "16", "--promote"));
        _output.GetStringBuilder().Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_stale_log_makes_a_refused_model_that_is_served_only_by_force()
    {
        _time.Shift = TimeSpan.FromDays(8);
        Assert.Equal(3, await RunAsync("retrain", "--promote"));
        Assert.Equal(1, await _store.Models.ActiveAsync(Cancel));
        Assert.Contains("log age", Line("DOES NOT HOLD"), StringComparison.Ordinal);

        Assert.Equal(0, await RunAsync("list"));
        Assert.Contains("refused by log age", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(3, await RunAsync("promote", "2"));
        Assert.Equal(1, await _store.Models.ActiveAsync(Cancel));
        Assert.Contains("model 2 was refused by its gates: log age:", _error.ToString(), StringComparison.Ordinal);
        Assert.Single(_error.ToString().TrimEnd().Split('\n'));
        Assert.Equal(0, await RunAsync("promote", "2", "--force"));
        Assert.Equal(2, await _store.Models.ActiveAsync(Cancel));
    }

    [Fact]
    public async Task A_good_model_is_promoted_and_its_judgement_is_kept()
    {
        Assert.Equal(0, await RunAsync("retrain", "--promote"));
        Assert.Equal(2, await _store.Models.ActiveAsync(Cancel));
        var stored = (await _store.Models.ListAsync(Cancel)).Single(model => model.Version == 2);
        var judgement = ModelJson.Read(stored.Manifest).Judgement;
        Assert.NotNull(judgement);
        Assert.False(judgement.Refused);
        Assert.InRange(judgement.JudgedAt, stored.CreatedAt.AddMinutes(-1), stored.CreatedAt);
        Assert.Contains(judgement.Gates, gate => gate is { Name: "AUC against parent", Value: not null });
    }

    [Fact]
    public async Task Bounds_come_from_a_file()
    {
        var path = Path.Combine(_folder, "gates.json");
        await File.WriteAllTextAsync(path, """{"logAgeDaysMax": 30}""", Cancel);
        _time.Shift = TimeSpan.FromDays(8);
        Assert.Equal(0, await RunAsync("retrain", "--promote", "--gates", path));
        Assert.Equal(2, await _store.Models.ActiveAsync(Cancel));

        await File.WriteAllTextAsync(path, """{"aucMin": 0.9999}""", Cancel);
        Assert.Equal(3, await RunAsync("evaluate", "--model", "2", "--gates", path));
    }

    [Theory]
    [InlineData("""{"logAge": 3}""", "logAge")]
    [InlineData("""{"aucMin": 3}""", "AucMin")]
    [InlineData("""{"aucMin": """, "--gates")]
    public async Task Wrong_bounds_are_named_in_one_line(string json, string named)
    {
        var path = Path.Combine(_folder, "gates.json");
        await File.WriteAllTextAsync(path, json, Cancel);
        Assert.Equal(2, await RunAsync("retrain", "--gates", path));
        Assert.Contains(named, _error.ToString(), StringComparison.Ordinal);
        Assert.Single(_error.ToString().TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_stored_model_is_judged_by_the_log_as_it_is_now()
    {
        Assert.Equal(0, await RunAsync("retrain"));
        var good = await LoadAsync(2);
        var poisoned = new (string Gate, ModelFile Model)[]
        {
            ("held-out AUC", good with { ItemVectors = Poison.Shuffled(good) }),
            ("cluster spread", good with { Centroids = Poison.Collapsed(good) }),
            ("edges per cluster", Poison.CutOff(good)),
        };
        var json = Path.Combine(_folder, "report.json");
        Assert.Equal(0, await RunAsync("evaluate", "--model", "2", "--json", json));
        foreach (var (gate, model) in poisoned)
        {
            var manifest = (await _store.Models.ListAsync(Cancel)).Single(stored => stored.Version == 2).Manifest;
            var version = await _store.Models.AddAsync(1, manifest, ModelCodec.Write(model), Cancel);
            Assert.Equal(3, await RunAsync("evaluate", "--model", $"{version}", "--json", json));
            using var report = JsonDocument.Parse(await File.ReadAllTextAsync(json, Cancel));
            Assert.Contains(gate, report.RootElement.GetProperty("gates").EnumerateArray()
                .Where(entry => !entry.GetProperty("holds").GetBoolean()).Select(entry => entry.GetProperty("name").GetString()));
        }

        Assert.Equal(1, await _store.Models.ActiveAsync(Cancel));
        Assert.Equal(2, await RunAsync("evaluate", "--model", "99"));
    }

    [Theory]
    [InlineData(null, true, "not judged")]
    [InlineData(0.5, true, "holds")]
    [InlineData(0.5, false, "does not hold")]
    [InlineData(null, false, "does not hold")]
    public void A_gate_that_had_nothing_to_judge_says_so(double? value, bool holds, string verdict)
    {
        Assert.Equal(verdict, new Gate("a gate", value, 0, 1, holds, "Why.").Verdict);
    }

    string Line(string mark) => Assert.Single(
        _output.ToString().Split('\n'), line => line.Contains($"  {mark}", StringComparison.Ordinal));

    async Task<ModelFile> LoadAsync(long version) =>
        ModelCodec.Read((await _store.Models.LoadAsync(version, Cancel))!.Value.Span, version);

    Task<int> RunAsync(params string[] arguments) => TrainerTool.RunAsync(
        [.. arguments, "--storage", _folder], new(_output, _error, null, _time), Cancel);

    async Task FillAsync(TasteWorld world)
    {
        var items = world.Items.Select(item => new StoredItem(item.Row, item.Id, false, JsonSerializer.SerializeToUtf8Bytes(
            new ItemDocument { Id = item.Id, CreatedAt = item.CreatedAt, Categories = item.Categories, Creator = item.Creator },
            RecsJson.Default.ItemDocument))).ToList();
        await _store.Catalogue.UpsertAsync(null, items, Cancel);
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var (viewer, row, reward) in world.Training)
        {
            FeedbackWriter.Write(
                new() { Type = EventType.Like, At = TasteWorld.Now, Viewer = viewer, Row = row, Reward = (ushort)(reward * 65535) },
                buffer);
        }

        await _store.EventLog.AppendAsync(1, buffer.WrittenMemory, world.Training.Count, Cancel);
    }
}
