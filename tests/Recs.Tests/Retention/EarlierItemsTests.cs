using Recs.Cli.ReplayLog;
using Recs.Schema.Snapshots;
using Recs.Storage;
using Recs.Storage.Retention;

using Xunit;

namespace Recs.Tests.Retention;

/// <summary>A store whose items were learned before watches were summed goes on.</summary>
public sealed class EarlierItemsTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_learned_before_watches_were_summed_stays_and_stays_proven()
    {
        var (world, store) = RetentionWorld.InMemory(21);
        using var owned = world;
        await world.Play(40);
        Assert.True((await world.Retain(30)).RowsDropped > 0);
        Assert.Equal(0, (await RetentionWorld.RequireProof(store)).Earlier);

        world.Kill();
        var before = await SetBack(store, SnapshotPages.Items);
        _ = await SetBack(store, StoredBase.ItemKind);
        Assert.Equal(before.Count, (await RetentionWorld.RequireProof(store)).Earlier);

        await world.Play(10);
        Assert.True((await world.Retain(15)).RowsDropped > 0);
        await world.Play(3);
        Assert.Equal(before.Count, (await RetentionWorld.RequireProof(store)).Earlier);
        var now = await Items(store, SnapshotPages.Items);
        Assert.Contains(before.Keys, row => now[row].Watch > 0);
        Assert.All(before, item =>
        {
            var entry = now[item.Key];
            Assert.True(entry.Impressions >= item.Value.Impressions && entry.Reward >= item.Value.Reward);
            Assert.Equal(Math.Max(1, item.Value.Impressions), entry.Earlier);
        });
    }

    [Fact]
    public async Task Their_other_sums_are_still_compared()
    {
        var (world, store) = RetentionWorld.InMemory(22);
        using var owned = world;
        await world.Play(10);
        world.Kill();
        var row = (await SetBack(store, SnapshotPages.Items)).Keys.First();
        await Rewrite(store, SnapshotPages.Items, entries =>
            SnapshotPages.Payload<ItemEntry>([.. entries.Select(entry => entry.Row == row ? entry with { Reward = entry.Reward + 1 } : entry)]));
        Assert.Equal(1, (await LogReplay.Run(store, Cancel)).Differences);
    }

    /// <summary>Rewrites a kind's pages as they were written before, and says what they hold.</summary>
    static async Task<Dictionary<int, ItemEntry>> SetBack(MemoryStore store, string kind)
    {
        await Rewrite(store, kind, entries =>
        [
            .. entries.SelectMany(entry => new[]
            {
                BitConverter.GetBytes(entry.Row), BitConverter.GetBytes(entry.Impressions), BitConverter.GetBytes(entry.Reward),
                BitConverter.GetBytes(entry.Prior),
            }).SelectMany(bytes => bytes),
        ]);
        return await Items(store, kind);
    }

    static async Task Rewrite(MemoryStore store, string kind, Func<ItemEntry[], byte[]> page)
    {
        for (var shard = 0; shard < SnapshotPages.ItemShards; shard++)
        {
            if (await store.Snapshots.LoadAsync(kind, shard, Cancel) is { } held)
            {
                store.Shards.Put(kind, shard, held with
                {
                    Pages = [.. held.Pages.Select(old => old with { Payload = page(Entries(old)) })],
                });
            }
        }
    }

    static async Task<Dictionary<int, ItemEntry>> Items(MemoryStore store, string kind)
    {
        Dictionary<int, ItemEntry> items = [];
        for (var shard = 0; shard < SnapshotPages.ItemShards; shard++)
        {
            foreach (var entry in (await store.Snapshots.LoadAsync(kind, shard, Cancel))?.Pages.SelectMany(Entries) ?? [])
            {
                items.Add(entry.Row, entry);
            }
        }

        return items;
    }

    static ItemEntry[] Entries(Page page) => SnapshotPages.Entries<ItemEntry>(page.Payload.Span).ToArray();
}
