using System.Collections.Concurrent;
using System.Globalization;

using Recs.Cli.Output;
using Recs.Client;
using Recs.Client.Simulation;
using Recs.Schema.Http;

namespace Recs.Cli.Simulate;

/// <summary>The server's catalogue as the play knows it; new items may join while it runs.</summary>
sealed class PlayedCatalogue
{
    const int BatchCountMax = 1000;

    readonly ConcurrentDictionary<string, ItemDocument> _byId = new(StringComparer.Ordinal);
    readonly HashSet<string> _fresh = new(StringComparer.Ordinal);
    ItemDocument[] _items;

    PlayedCatalogue(ItemDocument[] items)
    {
        _items = items;
        foreach (var item in items)
        {
            _byId[item.Id] = item;
        }
    }

    /// <summary>What can be recommended now; never changed in place.</summary>
    public ItemDocument[] Items => Volatile.Read(ref _items);

    /// <summary>Every item by id.</summary>
    public IReadOnlyDictionary<string, ItemDocument> ById => _byId;

    /// <summary>Reads the catalogue of a server; one that has none is first given a made-up one.</summary>
    /// <param name="client">The server.</param>
    /// <param name="seed">The world.</param>
    /// <param name="itemsIfEmpty">Items made up for an empty server.</param>
    /// <param name="context">Where it says what it did.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async Task<PlayedCatalogue> LoadAsync(
        RecsClient client, int seed, int itemsIfEmpty, ToolContext context, CancellationToken cancel)
    {
        const int Categories = 24;
        var now = context.Time.GetUtcNow();
        List<ItemDocument> items = [];
        await foreach (var item in client.ListItemsAsync(cancel: cancel))
        {
            if (item.Available && !(item.ExpiresAt <= now))
            {
                items.Add(item);
            }
        }

        if (items.Count == 0)
        {
            items.AddRange(SimulatedCatalogue.Create((ulong)seed, itemsIfEmpty, Categories, now));
            await UpsertAsync(client, items, cancel);
            context.Terminal.Line($"the catalogue was empty: added {items.Count} made-up items");
        }

        return new PlayedCatalogue([.. items]);
    }

    /// <summary>Whether an item was published by this play.</summary>
    public bool IsFresh(string id)
    {
        lock (_fresh)
        {
            return _fresh.Contains(id);
        }
    }

    /// <summary>Publishes new items, each made like an item that is there: same categories, same creator, own quality.</summary>
    /// <param name="client">The server.</param>
    /// <param name="seed">The world.</param>
    /// <param name="first">Number of the first, so that several publications give different items.</param>
    /// <param name="count">How many.</param>
    /// <param name="now">When they are made.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task PublishAsync(
        RecsClient client, int seed, int first, int count, DateTimeOffset now, CancellationToken cancel)
    {
        List<ItemDocument> born = new(count);
        var known = Items;
        for (var number = first; number < first + count; number++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"fresh-{seed}-{number}");
            var chance = SplitMix64.For((ulong)seed, id);
            var like = known[chance.NextInt32(known.Length)];
            born.Add(new ItemDocument { Id = id, CreatedAt = now, Categories = like.Categories, Creator = like.Creator });
        }

        await UpsertAsync(client, born, cancel);
        lock (_fresh)
        {
            foreach (var item in born)
            {
                _byId[item.Id] = item;
                _fresh.Add(item.Id);
            }

            Volatile.Write(ref _items, [.. _items.UnionBy(born, item => item.Id, StringComparer.Ordinal)]);
        }
    }

    static async Task UpsertAsync(RecsClient client, IReadOnlyList<ItemDocument> items, CancellationToken cancel)
    {
        foreach (var batch in items.Chunk(BatchCountMax))
        {
            var answer = await client.UpsertItemsAsync(batch, cancel);
            if (answer.Rejected is [var first, ..])
            {
                throw new RunFailedException($"the server refused item '{first.Id}': {first.Detail}");
            }
        }
    }
}
