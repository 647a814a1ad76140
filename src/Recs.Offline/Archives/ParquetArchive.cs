using System.Buffers;
using System.Globalization;
using System.Text.Json;

using Parquet;
using Parquet.Serialization;

using Recs.Offline.Joins;
using Recs.Storage;

namespace Recs.Offline.Archives;

/// <summary>
/// Catalogue and log as Parquet files, for pandas, DuckDB or Spark, and to train on: <c>items.parquet</c>,
/// <c>feedback-*.parquet</c> and <c>archive.json</c>. A repeat of an event is in it once.
/// </summary>
public static class ParquetArchive
{
    /// <summary>Layout of the columns.</summary>
    public const int Format = 2;

    /// <summary>Lines of a file where nothing else is said.</summary>
    public const int RowsPerFile = 250_000;

    const string ItemsFile = "items.parquet";
    const string ContentsFile = "archive.json";

    /// <summary>Writes an archive into an empty or new folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="catalogue">Items; deleted ones are left out.</param>
    /// <param name="log">What viewers did.</param>
    /// <param name="since">Rows of the log written before are left out; <see cref="DateTimeOffset.MinValue"/> for all.</param>
    /// <param name="now">Decides what has expired.</param>
    /// <param name="rowsPerFile">Lines of a file; they are held in memory until it is written.</param>
    /// <param name="progress">Told where it is.</param>
    /// <param name="cancel">Gives up; without <c>archive.json</c> nothing counts.</param>
    /// <exception cref="IOException">The folder is not empty, or storage failed.</exception>
    /// <exception cref="InvalidDataException">Something stored is damaged.</exception>
    public static async Task<ArchiveContents> WriteAsync(
        string folder, ICatalogueStore catalogue, IEventLog log, DateTimeOffset since, DateTimeOffset now, int rowsPerFile,
        IProgress<RetrainProgress>? progress, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        if (Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new IOException($"{folder} is not empty");
        }

        List<ItemRow> items = [];
        await foreach (var stored in catalogue.ReadAsync(cancel))
        {
            if (StoredItems.Read(stored, now) is { } item)
            {
                items.Add(Row(item));
            }
        }

        await WriteAsync(Path.Combine(folder, ItemsFile), items, cancel);
        var sink = new ArchiveSink(folder, rowsPerFile);
        var extent = await StoredLog.ReadAsync(log, since, sink, progress, cancel);
        sink.Flush();
        var contents = new ArchiveContents(
            Format, now, items.Count, sink.Written, extent.Events, extent.NewestAt ?? DateTimeOffset.UnixEpoch);
        await File.WriteAllBytesAsync(
            Path.Combine(folder, ContentsFile), JsonSerializer.SerializeToUtf8Bytes(contents, ArchiveJson.Default.ArchiveContents), cancel);
        return contents;
    }

    /// <summary>Reads an archive as <see cref="StoredData"/> of the moment it was written.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="attribution">A reward counts up to this long after its decision.</param>
    /// <param name="rowsMax">Shown items that are kept, the most recent.</param>
    /// <param name="progress">Told where it is.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="InvalidDataException">It is not whole, damaged, or of another layout; the message names file and column.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static async Task<StoredData> ReadAsync(
        string folder, TimeSpan attribution, int rowsMax, IProgress<RetrainProgress>? progress, CancellationToken cancel)
    {
        var contents = Contents(folder);
        var rows = await ReadAsync<ItemRow>(Path.Combine(folder, ItemsFile), contents.Items, cancel);
        var items = rows.Select(Item).ToList();
        var interactions = new Interactions();
        var decisions = new FeedbackJoin(attribution, rowsMax);
        var sink = new FoldSinks(new LogJoin(interactions), decisions);
        var buffer = new ArrayBufferWriter<byte>();
        for (var file = 0; file < contents.Rows.Count; file++)
        {
            progress?.Report(new("read", file, contents.Rows.Count));
            var path = FeedbackFile(folder, file);
            foreach (var row in await ReadAsync<FeedbackRow>(path, contents.Rows[file], cancel))
            {
                Named(path, () => FeedbackColumns.Replay(row, buffer, sink));
            }
        }

        var extent = new LogExtent(contents.Events, contents.Events == 0 ? null : contents.NewestAt);
        return new(items, interactions, decisions.Build(contents.WrittenAt, items.Select(item => item.Row).Order().ToArray()), extent);
    }

    /// <summary>What an archive says of itself.</summary>
    /// <exception cref="InvalidDataException">It is not whole, damaged, or of another layout.</exception>
    public static ArchiveContents Contents(string folder)
    {
        var path = Path.Combine(folder, ContentsFile);
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{folder} is no archive: there is no {ContentsFile}");
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), ArchiveJson.Default.ArchiveContents) is { Format: Format } contents
                ? contents
                : throw new InvalidDataException($"{path} is of another layout than {Format}");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{path}: {fault.Message}", fault);
        }
    }

    internal static string FeedbackFile(string folder, int number) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"feedback-{number:d5}.parquet"));

    internal static async Task WriteAsync<T>(string path, IEnumerable<T> rows, CancellationToken cancel)
        where T : class, new()
    {
        await using var file = File.Create(path + ".new");
        _ = await ParquetSerializer.SerializeAsync(
            rows, file, new ParquetOptions { CompressionMethod = CompressionMethod.Zstd }, cancellationToken: cancel);
        file.Close();
        File.Move(path + ".new", path);
    }

    /// <summary>The shown items of an archive as lines of a bandit log: item, what it earned in all, propensity and position.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="InvalidDataException">It is not whole, damaged, or of another layout.</exception>
    public static async Task<IReadOnlyList<(string Action, double Reward, float Propensity, int Position)>> ShownAsync(
        string folder, CancellationToken cancel)
    {
        var contents = Contents(folder);
        var ids = (await ReadAsync<ItemRow>(Path.Combine(folder, ItemsFile), contents.Items, cancel)).ToDictionary(item => item.Row, item => item.Id);
        var shown = new Dictionary<(long Decision, int Position), (string Action, double Reward, float Propensity, int Position)>();
        for (var file = 0; file < contents.Rows.Count; file++)
        {
            foreach (var row in await ReadAsync<FeedbackRow>(FeedbackFile(folder, file), contents.Rows[file], cancel))
            {
                if (row is { Decision: { } decision, Position: { } position, Propensity: { } propensity })
                {
                    var key = (decision, position);
                    var known = shown.GetValueOrDefault(key).Reward;
                    shown[key] = (
                        ids.GetValueOrDefault(row.Row) ?? row.Row.ToString(CultureInfo.InvariantCulture), known + row.Reward, propensity, position);
                }
            }
        }

        return [.. shown.OrderBy(entry => entry.Key).Select(entry => entry.Value)];
    }

    static async Task<IList<T>> ReadAsync<T>(string path, int count, CancellationToken cancel)
        where T : class, new()
    {
        try
        {
            await using var file = File.OpenRead(path);
            var rows = (await ParquetSerializer.DeserializeAsync<T>(file, cancellationToken: cancel)).Data;
            return rows.Count == count
                ? rows
                : throw new InvalidDataException($"{path} has {rows.Count} lines, {ContentsFile} says {count}");
        }
#pragma warning disable CA1031 // A damaged file makes the format's reader throw whatever its bytes happen to mean.
        catch (Exception fault) when (fault is not (InvalidDataException or OperationCanceledException or FileNotFoundException))
#pragma warning restore CA1031
        {
            throw new InvalidDataException($"{path} cannot be read: {fault.Message}", fault);
        }
        catch (FileNotFoundException fault)
        {
            throw new InvalidDataException($"{path} is missing", fault);
        }
    }

    static void Named(string path, Action work)
    {
        try
        {
            work();
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidDataException($"{path}: {fault.Message}", fault);
        }
    }

    static ItemRow Row(RetrainItem item) => new()
    {
        Row = item.Row,
        Id = item.Id,
        CreatedAt = item.CreatedAt.UtcDateTime,
        Available = item.Available,
        Categories = [.. item.Categories],
        Creator = item.Creator,
        Attributes = new Dictionary<string, string>(item.Attributes, StringComparer.Ordinal),
        Embedding = [.. item.Embedding],
    };

    static RetrainItem Item(ItemRow row) =>
        new(row.Row, row.Id, new DateTimeOffset(DateTime.SpecifyKind(row.CreatedAt, DateTimeKind.Utc)), row.Available)
        {
            Categories = [.. row.Categories],
            Creator = row.Creator,
            Attributes = [.. row.Attributes],
            Embedding = [.. row.Embedding],
        };
}
