using System.Buffers;
using System.CommandLine;
using System.Text.Json;

using Recs.Cli.Output;
using Recs.Matching.Numerics;
using Recs.Schema.Http;
using Recs.Schema.Log;
using Recs.Storage;

namespace Recs.Cli.Bench;

/// <summary>
/// <c>recs bench log</c>: fills an empty store with a catalogue and a log of a given size, so that the trainer can be measured on it.
/// </summary>
/// <remarks>Viewers and items have latent tastes; what is popular follows Zipf's law. The same seed writes the same log.</remarks>
static class OfflineLog
{
    const int Tastes = 8;
    const int BatchEvents = 500;
    const int ItemsAtOnce = 1000;
    const int Draws = 6;

    /// <summary>The command.</summary>
    public static Command Create(ToolContext context)
    {
        var storage = new Option<string>("--storage") { Description = "An empty data folder, or the connection string of an empty PostgreSQL.", Required = true };
        var interactions = new Option<int>("--interactions") { Description = "Likes. Default: 1000000.", DefaultValueFactory = _ => 1_000_000 };
        var viewers = new Option<int>("--viewers") { Description = "Viewers. Default: 50000.", DefaultValueFactory = _ => 50_000 };
        var items = new Option<int>("--items") { Description = "Items. Default: 20000.", DefaultValueFactory = _ => 20_000 };
        var seed = new Option<int>("--seed") { Description = "Seed of everything. Default: 1.", DefaultValueFactory = _ => 1 };
        var command = new Command("log", "Fill an empty store with a synthetic log to measure the trainer on.") { storage, interactions, viewers, items, seed };
        command.SetAction(async (parsed, cancel) =>
        {
            var world = new World(parsed.GetValue(viewers), parsed.GetValue(items), (ulong)parsed.GetValue(seed));
            var written = await Run(context, parsed.GetValue(storage)!, world, parsed.GetValue(interactions), cancel);
            await context.Terminal.Output.WriteLineAsync($"{world.Items} items and {written} events written");
            return ExitCode.Success;
        });
        return command;
    }

    static async Task<int> Run(ToolContext context, string path, World world, int interactions, CancellationToken cancel)
    {
        try
        {
            await using var store = await StoreAddress.OpenAsync(path, null, StorageAccess.Owner, context.Time, cancel);
            if (await store.EventLog.EndAsync(0, cancel) > 0)
            {
                throw new BadInputException($"--storage: '{path}' has a log already");
            }

            var now = context.Time.GetUtcNow();
            for (var first = 0; first < world.Items; first += ItemsAtOnce)
            {
                var items = Enumerable.Range(first, Math.Min(ItemsAtOnce, world.Items - first)).Select(item => world.Item(item, now)).ToArray();
                _ = await store.Catalogue.UpsertAsync(null, items, cancel);
            }

            await WriteEvents(store.EventLog, world, interactions, now, cancel);
            return interactions;
        }
        catch (StorageRefusedException refused)
        {
            throw new BadInputException($"--storage: {refused.Message}");
        }
    }

    static async Task WriteEvents(IEventLog log, World world, int interactions, DateTimeOffset now, CancellationToken cancel)
    {
        var records = new ArrayBufferWriter<byte>();
        for (var written = 0; written < interactions;)
        {
            records.ResetWrittenCount();
            var count = Math.Min(BatchEvents, interactions - written);
            for (var at = 0; at < count; at++)
            {
                FeedbackWriter.Write(world.Like(now.AddSeconds(-(interactions - written - at) / 100.0)), records);
            }

            _ = await log.AppendAsync(written / BatchEvents % log.Partitions, records.WrittenMemory, count, cancel);
            written += count;
        }
    }

    sealed class World
    {
        readonly float[] _viewers;
        readonly float[] _items;
        readonly int _viewerCount;
        Rng _rng;

        public World(int viewers, int items, ulong seed)
        {
            (_viewerCount, Items, _rng) = (viewers, items, new Rng(seed));
            (_viewers, _items) = (new float[viewers * Tastes], new float[items * Tastes]);
            foreach (ref var taste in _viewers.AsSpan())
            {
                taste = (float)_rng.NextGaussian();
            }

            foreach (ref var taste in _items.AsSpan())
            {
                taste = (float)_rng.NextGaussian();
            }
        }

        public int Items { get; }

        public StoredItem Item(int item, DateTimeOffset now)
        {
            var tastes = _items.AsSpan(item * Tastes, Tastes);
            var first = 0;
            for (var taste = 1; taste < Tastes; taste++)
            {
                first = tastes[taste] > tastes[first] ? taste : first;
            }

            var document = new ItemDocument
            {
                Id = $"i{item}",
                Categories = [$"taste-{first}", $"shelf-{item % 50}"],
                CreatedAt = now.AddDays(-(item % 90)),
            };
            return new(item, document.Id, false, JsonSerializer.SerializeToUtf8Bytes(document, RecsJson.Default.ItemDocument));
        }

        /// <summary>Of a few items drawn by popularity, the one nearest to the viewer's taste.</summary>
        public LoggedEvent Like(DateTimeOffset at)
        {
            var viewer = _rng.NextInt(_viewerCount);
            var (best, highest) = (0, float.NegativeInfinity);
            for (var draw = 0; draw < Draws; draw++)
            {
                var item = (int)(Items * Math.Pow(_rng.NextDouble(), 3));
                var affinity = 0f;
                for (var taste = 0; taste < Tastes; taste++)
                {
                    affinity += _viewers[(viewer * Tastes) + taste] * _items[(item * Tastes) + taste];
                }

                (best, highest) = affinity > highest ? (item, affinity) : (best, highest);
            }

            return new()
            {
                Type = EventType.Like,
                At = at,
                Viewer = new Guid(viewer + 1, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8),
                Reward = ushort.MaxValue,
                Row = best,
            };
        }
    }
}
