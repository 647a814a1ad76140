using System.Runtime.InteropServices;

using CsCheck;

using Recs.Grains.Items;
using Recs.Grains.Replication;
using Recs.Matching.Graph;
using Recs.Schema.Log;
using Recs.Schema.Messages;
using Recs.Schema.Snapshots;
using Recs.Storage;

using Xunit;

namespace Recs.Tests.Learning;

/// <summary>What an item shard learns, keeps, and gives to the tables that serve.</summary>
public sealed class ItemPagesTests
{
    const int Rows = 5000;

    static readonly Gen<ItemUpdate> AnyUpdate =
        Gen.Select(Gen.Int[0, 3], Gen.UShort, Gen.UShort, Gen.Int[0, 2]).Select((place, prior, reward, what) => new ItemUpdate(
            place * 1500, prior, what == 0 ? (ushort)0 : reward,
            what == 0 ? UpdateKind.Impression : UpdateKind.Reward,
            what == 0 ? EventType.Impression : what == 1 ? EventType.Watch : EventType.Click));

    [Fact]
    public void The_sums_are_those_of_a_naive_fold_in_pages_copies_and_changes_and_after_a_restart() =>
        AnyUpdate.Array[0, 60].Sample(updates =>
        {
            using var pages = new ItemPages();
            pages.Restore([]);
            var start = pages.Sequence;
            pages.Add(MemoryMarshal.AsBytes(updates.AsSpan()));
            var expected = Naive(updates);
            Assert.Equal(expected, Entries(pages.Copy(0).Payload));
            Assert.Equal(expected, Entries(pages.Changes(start)!));

            var stored = pages.TakeChanged();
            Assert.Equal<ItemEntry>(expected, stored.SelectMany(page => Entries(page.Payload.ToArray())).OrderBy(entry => entry.Row));
            using var restarted = new ItemPages();
            restarted.Restore(stored);
            restarted.Add(MemoryMarshal.AsBytes(updates.AsSpan()));
            Assert.Equal(Naive([.. updates, .. updates]), Entries(restarted.Copy(0).Payload));
        });

    [Fact]
    public void A_replica_serves_the_mean_and_the_deviations_of_what_impressions_were_watched() =>
        AnyUpdate.Array[1, 60].Sample(updates =>
        {
            using var pages = new ItemPages();
            using var table = new ItemTable(Rows);
            pages.Restore([]);
            pages.Add(MemoryMarshal.AsBytes(updates.AsSpan()));
            new ItemReplica(new ServingState(table, new ReaderEpochs())).Take(pages.Copy(0).Payload, isCopy: true);
            foreach (var item in updates.GroupBy(update => update.Row))
            {
                var shown = item.Count(update => update.Kind == UpdateKind.Impression);
                var rewards = item.Where(update => update.Type == EventType.Watch).Select(update => update.Reward / 65535.0).ToArray();
                var watch = table.ReadTotals(item.Key).Watch;
                Assert.Equal(shown, watch.N);
                Assert.Equal(rewards.Sum(), watch.Sum, 1e-4);

                // The impressions that were not watched are zeros.
                var squares = rewards.Sum(reward => reward * reward);
                var expected = shown == 0 ? 0 : Math.Max(0, squares - (rewards.Sum() * rewards.Sum() / shown));
                Assert.Equal(expected, watch.Deviations, 1e-4);
            }
        });

    [Fact]
    public void A_small_deviation_of_large_rewards_is_not_lost_on_the_way_to_the_table()
    {
        const int Shown = 100_000;
        ItemStatistics item = default;
        for (var at = 0; at < Shown; at++)
        {
            item.AddImpression(0);
            item.AddReward(0, (ushort)(60_000 + (at % 2)), isPenalty: false, isWatch: true);
        }

        Assert.Equal(Shown * 0.25 / (65535.0 * 65535.0), item.Value.Watch.Deviations, 1e-12);
    }

    [Fact]
    public void Impressions_from_before_watches_were_summed_do_not_count_as_not_watched()
    {
        var page = new byte[28];
        BitConverter.GetBytes(16).CopyTo(page, 0);
        BitConverter.GetBytes(1000L).CopyTo(page, 4);
        BitConverter.GetBytes(65535L * 400).CopyTo(page, 12);
        BitConverter.GetBytes(65535L * 300).CopyTo(page, 20);
        using var pages = new ItemPages();
        using var table = new ItemTable(Rows);
        pages.Restore([new Page(0, page)]);
        pages.Add(MemoryMarshal.AsBytes<ItemUpdate>(
        [
            new(16, 0, 0, UpdateKind.Impression, EventType.Impression),
            new(16, 0, 65535, UpdateKind.Reward, EventType.Watch),
            new(16, 0, 0, UpdateKind.Impression, EventType.Impression),
        ]));
        new ItemReplica(new ServingState(table, new ReaderEpochs())).Take(pages.Copy(0).Payload, isCopy: true);

        var totals = table.ReadTotals(16);
        Assert.Equal((1002, 401, 300), (totals.N, totals.R, totals.P));
        Assert.Equal(new WatchTotals(2, 1, 0.5f), totals.Watch);
    }

    [Fact]
    public void A_reader_never_sees_half_of_a_write()
    {
        using var table = new ItemTable(4);
        var isDone = false;
        var writer = new Thread(() =>
        {
            for (var value = 0; value < 2_000_000; value++)
            {
                table.WriteTotals(3, new ItemTotals(value, value, value) { Watch = new(value, value, value) });
            }

            Volatile.Write(ref isDone, true);
        });
        writer.Start();
        var torn = 0;
        while (!Volatile.Read(ref isDone))
        {
            var totals = table.ReadTotals(3);
            torn += totals.N == totals.R && totals.R == totals.P && totals.Watch.N == totals.Watch.Sum && totals.Watch.Sum == totals.Watch.Deviations ? 0 : 1;
        }

        writer.Join();
        Assert.Equal(0, torn);
        Assert.Equal(new WatchTotals(1_999_999, 1_999_999, 1_999_999), table.ReadTotals(3).Watch);
    }

    static ItemEntry[] Entries(byte[] payload) => [.. SnapshotPages.Entries<ItemEntry>(payload).ToArray().OrderBy(entry => entry.Row)];

    static ItemEntry[] Naive(ItemUpdate[] updates) =>
    [
        .. updates.GroupBy(update => update.Row).OrderBy(item => item.Key).Select(item => new ItemEntry(
            item.Key,
            item.Count(update => update.Kind == UpdateKind.Impression),
            item.Where(update => update.Kind == UpdateKind.Reward).Sum(update => (long)update.Reward),
            item.Where(update => update.Kind == UpdateKind.Impression).Sum(update => (long)update.Prior),
            item.Where(update => update.Type == EventType.Watch).Sum(update => (long)update.Reward),
            item.Where(update => update.Type == EventType.Watch).Sum(update => (long)update.Reward * update.Reward),
            0)),
    ];
}
