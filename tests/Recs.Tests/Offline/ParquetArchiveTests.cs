using System.Buffers;
using System.Text.Json;

using Parquet;

using Recs.Matching.Numerics;
using Recs.Offline.Archives;
using Recs.Offline.Joins;
using Recs.Schema.Decisions;
using Recs.Schema.Http;
using Recs.Schema.Log;
using Recs.Storage;
using Recs.Storage.Sqlite;
using Recs.Trainer;

using Xunit;

namespace Recs.Tests.Offline;

public sealed class ParquetArchiveTests : IAsyncLifetime
{
    static readonly TimeSpan Attribution = TimeSpan.FromHours(1);
    static readonly DateTimeOffset Now = TasteWorld.Now + TimeSpan.FromDays(1);

    readonly string _folder = Directory.CreateTempSubdirectory("recs-parquet-").FullName;
    SqliteStore _store = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    string To => Path.Combine(_folder, "archive");

    public async ValueTask InitializeAsync()
    {
        _store = await SqliteStore.OpenAsync(
            new() { Path = Path.Combine(_folder, "store"), Partitions = 2 }, TimeProvider.System, null, Cancel);
        await _store.Catalogue.UpsertAsync(null, [.. Enumerable.Range(0, 50).Select(Item)], Cancel);
        await FillAsync(600);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_is_read_back_is_what_the_store_says()
    {
        var contents = await WriteAsync(rowsPerFile: 1000);
        var read = await ParquetArchive.ReadAsync(To, Attribution, 1_000_000, null, Cancel);
        var stored = await StoredData.ReadAsync(
            _store.Catalogue, _store.EventLog, DateTimeOffset.MinValue, Now, Attribution, 1_000_000, null, Cancel);

        Assert.True(contents.Rows.Count > 2, "several files");
        Assert.True(stored.Feedback.Items.Length > 1000, "there is something to compare");
        Assert.Equal(stored.Extent.Events, read.Extent.Events);
        Assert.Equal(JsonSerializer.Serialize(stored.Items), JsonSerializer.Serialize(read.Items));
        Assert.Equal(JsonSerializer.Serialize(stored.Feedback), JsonSerializer.Serialize(read.Feedback));
        int[] rows = [.. stored.Items.Select(item => item.Row).Order()];
        Assert.Equivalent(stored.Interactions.Build(rows, out _), read.Interactions.Build(rows, out _), strict: true);
        Assert.True(stored.Interactions.Viewers > 40, "some were forgotten and came back");
        Assert.Equal(stored.Interactions.Anonymous, read.Interactions.Anonymous);
    }

    [Fact]
    public async Task Other_tools_find_flat_columns_of_plain_types()
    {
        _ = await WriteAsync();
        await using var file = File.OpenRead(Path.Combine(To, "feedback-00000.parquet"));
        await using var reader = await ParquetReader.CreateAsync(file, cancellationToken: Cancel);
        Assert.Equal(
            ["kind", "type", "at", "viewer", "row", "reward", "value", "decision", "decided_at", "model", "policy", "surface",
                "position", "propensity", "prior", "matched", "prior_intercept", "prior_slope", "clusters", "weights"],
            reader.Schema.Fields.Select(field => field.Name));
    }

    [Fact]
    public async Task The_trainer_trains_on_an_archive_as_on_the_store()
    {
        Assert.Equal(0, await RunAsync("export", "--to", To, "--storage", Path.Combine(_folder, "store")));
        string[] retrain = ["retrain", "--clusters", "8", "--dims", "8", "--rewarded-min", "10", "--storage", Path.Combine(_folder, "store")];
        Assert.Equal(0, await RunAsync([.. retrain, "--from", To]));
        Assert.Equal(0, await RunAsync(retrain));
        var models = await _store.Models.ListAsync(Cancel);
        Assert.Equal(2, models.Count);
        var counts = models.Select(model => JsonDocument.Parse(model.Manifest).RootElement.GetProperty("counts").GetRawText()).ToList();
        Assert.Equal(counts[0], counts[1]);
        Assert.Contains("\"rewarded\":", counts[0], StringComparison.Ordinal);
        Assert.Equal(2, await RunAsync([.. retrain, "--from", To, "--days", "1"]));
        Assert.Equal(2, await RunAsync([.. retrain, "--from", _folder]));
    }

    [Fact]
    public async Task A_folder_that_is_not_empty_is_left_alone()
    {
        _ = await WriteAsync();
        _ = await Assert.ThrowsAsync<IOException>(() => WriteAsync());
    }

    [Theory]
    [InlineData("archive.json")]
    [InlineData("items.parquet")]
    [InlineData("feedback-00000.parquet")]
    public async Task A_missing_or_damaged_file_is_named(string name)
    {
        _ = await WriteAsync();
        var path = Path.Combine(To, name);
        var bytes = await File.ReadAllBytesAsync(path, Cancel);
        await File.WriteAllBytesAsync(path, bytes[..(bytes.Length / 2)], Cancel);
        Assert.Contains(name, (await Assert.ThrowsAsync<InvalidDataException>(ReadAsync)).Message, StringComparison.Ordinal);
        File.Delete(path);
        Assert.Contains(name, (await Assert.ThrowsAsync<InvalidDataException>(ReadAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_cannot_be_is_named_by_file_and_column()
    {
        _ = await WriteAsync();
        var path = Path.Combine(To, "feedback-00000.parquet");
        IList<FeedbackRow> rows;
        await using (var file = File.OpenRead(path))
        {
            rows = (await Parquet.Serialization.ParquetSerializer.DeserializeAsync<FeedbackRow>(file, cancellationToken: Cancel)).Data;
        }

        rows[5].Reward = double.NaN;
        File.Delete(path);
        await using (var file = File.Create(path))
        {
            _ = await Parquet.Serialization.ParquetSerializer.SerializeAsync(rows, file, cancellationToken: Cancel);
        }

        var message = (await Assert.ThrowsAsync<InvalidDataException>(ReadAsync)).Message;
        Assert.Contains("feedback-00000.parquet: column reward", message, StringComparison.Ordinal);
    }

    Task<StoredData> ReadAsync() => ParquetArchive.ReadAsync(To, Attribution, 1000, null, Cancel);

    Task<ArchiveContents> WriteAsync(int rowsPerFile = 100_000) => ParquetArchive.WriteAsync(
        To, _store.Catalogue, _store.EventLog, DateTimeOffset.MinValue, Now, rowsPerFile, null, Cancel);

    static Task<int> RunAsync(params string[] arguments) => TrainerTool.RunAsync(
        arguments, new(new StringWriter(), new StringWriter(), null, TimeProvider.System), Cancel);

    static StoredItem Item(int row) => new(row, $"item {row}", row == 49, JsonSerializer.SerializeToUtf8Bytes(
        new ItemDocument
        {
            Id = $"item {row}",
            CreatedAt = TasteWorld.Now - TimeSpan.FromDays(row),
            Categories = row % 3 == 0 ? null : [$"c{row % 5}", "ä"],
            Creator = row % 2 == 0 ? null : $"k{row % 7}",
            Attributes = row % 4 == 0 ? null : new Dictionary<string, string>(StringComparer.Ordinal) { ["lang"] = "de", ["b"] = "é" },
            Embedding = [row, -0.5f, 1e-7f],
        },
        RecsJson.Default.ItemDocument));

    /// <summary>Decisions with impressions and rewards of single positions and of whole slates, and meetings outside decisions.</summary>
    async Task FillAsync(int decisions)
    {
        var rng = new Rng(3);
        for (var partition = 0; partition < 2; partition++)
        {
            var buffer = new ArrayBufferWriter<byte>();
            var count = 0;
            for (var n = 0; n < decisions / 2; n++)
            {
                var decision = Decide(ref rng, (ulong)((n * 2) + partition + 1));
                foreach (var logged in Events(decision, rng.NextInt(4), rng.NextInt(3)))
                {
                    FeedbackWriter.Write(logged, buffer);
                    count++;
                }

                if (n % 50 == 49)
                {
                    FeedbackWriter.Write(new() { Type = EventType.Forget, At = decision.At, Viewer = TasteWorld.Viewer(rng.NextInt(40)), Row = -1 }, buffer);
                    count++;
                }
            }

            await _store.EventLog.AppendAsync(partition, buffer.WrittenMemory, count, Cancel);
        }
    }

    static Decision Decide(ref Rng rng, ulong nonce)
    {
        var items = new DecidedItem[3];
        for (var position = 0; position < items.Length; position++)
        {
            items[position] = new(
                rng.NextInt(52), (ushort)rng.NextInt(65536), 0.1f + (0.9f * rng.NextSingle()), (ushort)(1 + rng.NextInt(3)));
        }

        return new()
        {
            Nonce = nonce,
            At = TasteWorld.Now + TimeSpan.FromMilliseconds(rng.NextInt(1_000_000)),
            Policy = 8,
            Graph = 1 + (uint)rng.NextInt(3),
            Viewer = rng.NextInt(10) == 0 ? Guid.Empty : TasteWorld.Viewer(rng.NextInt(40)),
            PriorIntercept = -2,
            PriorSlope = 3.25f,
            Surface = rng.NextInt(2) == 0 ? "" : "home",
            Clusters = [new(rng.NextInt(100), 40000), new(100 + rng.NextInt(100), 25535)],
            Items = items,
        };
    }

    static IEnumerable<LoggedEvent> Events(Decision decision, int rewarded, int kind)
    {
        var head = new LoggedEvent { Type = EventType.Impression, At = decision.At, Viewer = decision.Viewer };
        yield return kind == 0
            ? head with { Decision = decision, Position = -1 }
            : head with { Decision = decision, Position = 1 };
        if (rewarded < 3)
        {
            var watched = head with { Type = EventType.Watch, Decision = decision, Position = rewarded, Value = 12.5f };
            watched = watched with { Reward = (ushort)(decision.Nonce * 97), ImpliesImpression = kind == 1 };
            watched = watched with { Key = new UInt128(7, decision.Nonce) };
            yield return watched;
            yield return watched;
        }
        else
        {
            yield return head with { Type = EventType.Like, Row = decision.Items[0].Row, Reward = 65535 };
        }
    }
}
