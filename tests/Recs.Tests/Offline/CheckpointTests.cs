using System.Buffers;
using System.Text.Json;

using Recs.Offline;
using Recs.Offline.Gates;
using Recs.Schema.Http;
using Recs.Schema.Log;
using Recs.Storage;
using Recs.Storage.Sqlite;

using Xunit;

namespace Recs.Tests.Offline;

/// <summary>A training that is killed and started again.</summary>
public sealed class CheckpointTests : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("recs-checkpoint-").FullName;
    readonly StoppedClock _time = new();
    readonly TasteWorld _world = TasteWorld.Create(200, 60, 4, 10, 1);
    SqliteStore _store = null!;
    SqliteStore _undisturbed = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    string Work => Path.Combine(_folder, "work");

    public async ValueTask InitializeAsync()
    {
        _store = await Open("a");
        _undisturbed = await Open("b");
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await _undisturbed.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("join", new string[0])]
    [InlineData("fold in", new[] { "embed" })]
    [InlineData("graph", new[] { "embed", "cluster" })]
    [InlineData("store", new[] { "embed", "cluster" })]
    public async Task It_goes_on_after_its_last_finished_step_to_the_same_model(string killedAt, string[] resumed)
    {
        var expected = await Undisturbed();
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Run(_store, killedAt));
        Assert.Empty(await _store.Models.ListAsync(Cancel));
        // Life goes on: neither the clock nor new events may change the model.
        _time.Shift = TimeSpan.FromHours(5);
        await Like(_store, 50);

        var done = await Run(_store, null);

        Assert.Equal(resumed, done.Resumed);
        Assert.Equal(expected, (await _store.Models.LoadAsync(1, Cancel))!.Value.ToArray());
        Assert.Empty(Directory.GetFiles(Work));
    }

    [Fact]
    public async Task A_damaged_step_is_done_again()
    {
        var expected = await Undisturbed();
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Run(_store, "graph"));
        var file = Path.Combine(Work, "embed.step");
        var bytes = await File.ReadAllBytesAsync(file, Cancel);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Cancel);

        Assert.Equal(["cluster"], (await Run(_store, null)).Resumed);
        Assert.Equal(expected, (await _store.Models.LoadAsync(1, Cancel))!.Value.ToArray());
    }

    [Fact]
    public async Task Other_settings_or_another_catalogue_start_anew()
    {
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Run(_store, "graph"));
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Run(_store, "graph", seed: 2));
        Assert.Equal(["embed", "cluster"], (await Run(_store, null, seed: 2)).Resumed);

        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Run(_store, "graph"));
        await _store.Catalogue.UpsertAsync(null, [Item(_world.Items[0].Row, _world.Items[0].Id, ["another"])], Cancel);
        Assert.Empty((await Run(_store, null)).Resumed);
    }

    async Task<byte[]> Undisturbed()
    {
        _ = await Job(_undisturbed).RunAsync(new RetrainOrder(Options(1), new GateOptions()), null, Cancel);
        return (await _undisturbed.Models.LoadAsync(1, Cancel))!.Value.ToArray();
    }

    async Task<RetrainJobResult> Run(SqliteStore store, string? killedAt, ulong seed = 1)
    {
        using var kill = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        return await Job(store).RunAsync(
            new RetrainOrder(Options(seed), new GateOptions()) { Checkpoints = Work }, new Killer(killedAt, kill), kill.Token);
    }

    RetrainJob Job(SqliteStore store) => new(store.Catalogue, store.EventLog, store.Models, _time);

    static RetrainOptions Options(ulong seed) => new() { Clusters = 8, Dims = 16, Seed = seed, RewardedMin = 100 };

    async Task<SqliteStore> Open(string name)
    {
        var store = await SqliteStore.OpenAsync(
            new() { Path = Path.Combine(_folder, name), Partitions = 2 }, TimeProvider.System, null, Cancel);
        await store.Catalogue.UpsertAsync(
            null, [.. _world.Items.Select(item => Item(item.Row, item.Id, item.Categories))], Cancel);
        await Like(store, _world.Training.Count);
        return store;
    }

    static StoredItem Item(int row, string id, string[] categories) => new(row, id, false, JsonSerializer.SerializeToUtf8Bytes(
        new ItemDocument { Id = id, CreatedAt = TasteWorld.Now, Categories = categories }, RecsJson.Default.ItemDocument));

    async Task Like(SqliteStore store, int count)
    {
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var met in _world.Training.Take(count))
        {
            FeedbackWriter.Write(
                new LoggedEvent
                {
                    Type = EventType.Like,
                    At = TasteWorld.Now,
                    Viewer = met.Viewer,
                    Row = met.Row,
                    Reward = (ushort)(met.Reward * 65535),
                },
                buffer);
        }

        await store.EventLog.AppendAsync(1, buffer.WrittenMemory, count, Cancel);
    }

    sealed class StoppedClock : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => TasteWorld.Now + Shift;
    }

    /// <summary>Kills the training when a step begins.</summary>
    sealed class Killer(string? step, CancellationTokenSource kill) : IProgress<RetrainProgress>
    {
        public void Report(RetrainProgress value)
        {
            if (value.Step == step && value.Done == 0)
            {
                kill.Cancel();
            }
        }
    }
}
