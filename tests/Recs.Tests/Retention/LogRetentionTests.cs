using Microsoft.Extensions.Time.Testing;

using Recs.Cli.ReplayLog;
using Recs.Matching.Numerics;
using Recs.Schema.Snapshots;
using Recs.Storage;
using Recs.Storage.Folding;
using Recs.Storage.Retention;
using Recs.Storage.Sqlite;

using Xunit;

namespace Recs.Tests.Retention;

/// <summary>Whatever retention drops, and wherever it is interrupted, base and log prove what the shards hold.</summary>
public sealed class LogRetentionTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Retaining_again_and_again_at_any_age_keeps_the_proof(int seed)
    {
        var (world, store) = RetentionWorld.InMemory((ulong)seed);
        using var owned = world;
        var dropped = await Churn(world, (ulong)seed, rounds: 25);
        Assert.True(dropped > 50, $"only {dropped} rows were dropped");
        await RetentionWorld.RequireTruth(store, store.Log.Ever);
    }

    [Fact]
    public async Task The_embedded_store_keeps_the_proof_as_well()
    {
        var folder = Directory.CreateTempSubdirectory("recs-retention-").FullName;
        var time = new FakeTimeProvider(RetentionWorld.Start);
        try
        {
            await using var store = await SqliteStore.OpenAsync(new() { Path = folder, Partitions = RetentionWorld.Partitions }, time, null, Cancel);
            using var world = RetentionWorld.Of(store, time, 77);
            Assert.True(await Churn(world, 77, rounds: 8) > 50);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_run_that_dies_at_any_call_leaves_the_proof_and_the_next_one_completes_it()
    {
        var (world, store) = RetentionWorld.InMemory(5);
        using var owned = world;
        await world.Play(38);
        Assert.True((await world.Retain(34)).RowsDropped > 0);
        await world.Play(2);
        var whole = store.Copy();
        whole.Calls.Reset();
        var expected = await world.Retain(whole, 30);
        var calls = whole.Calls.Made;
        Assert.True(expected.RowsDropped > 10 && calls > 150, $"{expected.RowsDropped} rows, {calls} calls");
        for (var call = 1; call <= calls; call++)
        {
            await DieAt(world, store.Copy(), call, worksFirst: false, expected);
            await DieAt(world, store.Copy(), call, worksFirst: true, expected);
        }
    }

    [Fact]
    public async Task Of_two_runs_at_once_neither_harms_the_other_wherever_they_meet()
    {
        var (world, store) = RetentionWorld.InMemory(6);
        using var owned = world;
        await world.Play(40);
        var whole = store.Copy();
        var expected = await world.Retain(whole, 30);
        var (calls, fenced) = (whole.Calls.Made, 0);
        for (var call = 1; call <= calls; call++)
        {
            var copy = store.Copy();
            copy.Calls.HappensAt(call, async () => Assert.False((await world.Retain(copy, 30)).IsFenced));
            var result = await world.Retain(copy, 30);
            fenced += result.IsFenced ? 1 : 0;
            Assert.False(result is { IsFenced: true, RowsDropped: > 0 });
            _ = await RetentionWorld.RequireProof(copy);
            Assert.Equal(Left(whole), Left(copy));
        }

        Assert.InRange(fenced, 30, calls - 30);
        Assert.True(expected.RowsDropped > 0);
    }

    [Fact]
    public async Task Rows_are_kept_that_are_young_or_not_durable_everywhere_or_that_recognise_repeats()
    {
        var (world, store) = RetentionWorld.InMemory(7);
        using var owned = world;
        await world.Play(10);
        var durable = Enumerable.Range(0, RetentionWorld.Partitions).Select(partition => store.Log.Ever(partition).Count).ToArray();
        await world.Traffic.Run(TimeSpan.FromDays(10), Cancel);
        var live = await world.Live();
        await live.Follow(Cancel);
        var skipped = 0;
        await live.Flush(() => ++skipped != 17, Cancel);

        var result = await world.Retain(3);
        foreach (var part in result.Partitions)
        {
            Assert.Equal(durable[part.Partition], part.BasePosition);
            var last = store.Log.Ever(part.Partition)[(int)part.BasePosition - 1];
            var first = store.Log.Left(part.Partition)[0];
            Assert.Equal(first.Offset - 1, part.DroppedThrough);
            Assert.True(last.At - store.Log.Ever(part.Partition)[(int)part.DroppedThrough - 1].At > LogWindow.Of(LogWindow.DecisionAge));
            Assert.True(last.At - first.At <= LogWindow.Of(LogWindow.DecisionAge));
        }

        await live.Flush(() => true, Cancel);
        var age = TimeSpan.FromDays(3);
        foreach (var part in (await world.Retain(3)).Partitions)
        {
            var ever = store.Log.Ever(part.Partition);
            Assert.True(world.Time.GetUtcNow() - ever[(int)part.BasePosition - 1].At > age);
            Assert.True(world.Time.GetUtcNow() - ever[(int)part.BasePosition].At <= age);
        }
    }

    [Fact]
    public async Task A_log_whose_shards_were_never_durable_is_kept()
    {
        var (world, store) = RetentionWorld.InMemory(8);
        using var owned = world;
        await world.Traffic.Run(TimeSpan.FromDays(40), Cancel);
        var result = await world.Retain(30);
        Assert.All(result.Partitions, part => Assert.Equal((0, 0), (part.BasePosition, part.DroppedThrough)));
        Assert.Equal(store.Log.Ever(0).Count, store.Log.Left(0).Count);
        Assert.False((await StoredBase.LoadAsync(store.Snapshots, Cancel)).Exists);
    }

    [Fact]
    public async Task A_step_that_is_too_small_is_not_taken()
    {
        var (world, store) = RetentionWorld.InMemory(9);
        using var owned = world;
        await world.Play(35);
        _ = await world.Retain(30);
        await world.Play(0.9);
        var waits = await world.Retain(store, 30, null, stepDays: 1);
        Assert.Equal(0, waits.RowsDropped);
        await world.Play(1.5);
        Assert.True((await world.Retain(store, 30, null, stepDays: 1)).RowsDropped > 0);
    }

    [Fact]
    public async Task Rows_that_neither_log_nor_base_have_stop_the_retention_and_are_a_difference()
    {
        var (world, store) = RetentionWorld.InMemory(10);
        using var owned = world;
        await world.Play(40);
        store.Log.Lose(1, 9);
        var reason = await Assert.ThrowsAsync<InvalidDataException>(() => world.Retain(30));
        Assert.Contains("Partition 1 of the event log lacks the rows 9 to 9", reason.Message, StringComparison.Ordinal);
        Assert.Equal(1, store.Log.Left(0)[0].Offset);
        var report = await LogReplay.Run(store, Cancel);
        Assert.Contains(report.First, line => line.Contains("rows 9 to 9 are neither", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(StoredBase.EdgeKind)]
    [InlineData(StoredBase.ItemKind)]
    public async Task A_base_with_one_wrong_sum_is_found_out(string kind)
    {
        var (world, store) = RetentionWorld.InMemory(11);
        using var owned = world;
        await world.Play(40);
        Assert.True((await world.Retain(30)).RowsDropped > 0);
        var report = await RetentionWorld.RequireProof(store);
        Assert.NotNull(report.Base);
        Assert.Equal(world.Traffic.Count, report.Events);
        Assert.InRange(report.Base.Events, 1, report.Events - 1);

        var (shard, page) = await FirstPage(store, kind);
        page[^9] ^= 1;
        var epoch = await store.Snapshots.TakeOverAsync(kind, shard.Shard, Cancel);
        Assert.True(await store.Snapshots.SaveAsync(kind, shard.Shard, epoch, new Dictionary<int, long>(), [new Page(shard.Page, page)], Cancel));

        Assert.Equal(1, (await LogReplay.Run(store, Cancel)).Differences);
    }

    [Fact]
    public async Task Shards_that_are_behind_the_base_are_a_difference()
    {
        var (world, store) = RetentionWorld.InMemory(12);
        using var owned = world;
        await world.Play(40);
        var before = await store.Snapshots.LoadAsync(SnapshotPages.Edges, 3, Cancel);
        Assert.True((await world.Retain(30)).RowsDropped > 0);
        store.Shards.Put(SnapshotPages.Edges, 3, before! with { Positions = new Dictionary<int, long> { [0] = 1, [1] = 1 } });
        var report = await LogReplay.Run(store, Cancel);
        Assert.Contains(report.First, line => line.StartsWith("edge shard 3: stored up to row 1", StringComparison.Ordinal));
    }

    /// <summary>Traffic, shards that are made durable in part, deaths of the silo and retentions, in any order.</summary>
    static async Task<long> Churn(RetentionWorld world, ulong seed, int rounds)
    {
        var rng = new Rng(seed);
        var dropped = 0L;
        await world.Play(5);
        for (var round = 0; round < rounds; round++)
        {
            await world.Traffic.Run(TimeSpan.FromDays(rng.NextDouble() * 5), Cancel);
            await (await world.Live()).Follow(Cancel);
            await (await world.Live()).Flush(LiveShards.Some(rng.Next()), Cancel);
            if (rng.NextDouble() < 0.4)
            {
                world.Kill();
            }

            if (rng.NextDouble() < 0.8)
            {
                dropped += (await world.Retain(0.1 + (rng.NextDouble() * 12))).RowsDropped;
            }

            _ = await RetentionWorld.RequireProof(world.Store);
        }

        Assert.True(world.Time.GetUtcNow() - RetentionWorld.Start > TimeSpan.FromDays(rounds));
        await world.Play(0.1);
        var report = await RetentionWorld.RequireProof(world.Store);
        Assert.Equal(world.Traffic.Count, report.Events);
        Assert.True(report.Repeats > 0 && report.Edges > 100 && report.Items > 30);
        return dropped;
    }

    static async Task DieAt(RetentionWorld world, MemoryStore store, int call, bool worksFirst, RetentionResult expected)
    {
        store.Calls.FailFrom(call, worksFirst);
        await Assert.ThrowsAsync<IOException>(() => world.Retain(store, 30));
        store.Calls.Reset();
        var kept = await StoredBase.LoadAsync(store.Snapshots, Cancel);
        for (var partition = 0; partition < RetentionWorld.Partitions; partition++)
        {
            Assert.True(store.Log.Left(partition)[0].Offset <= kept.Low(partition) + 1, $"call {call}: a row above the base is lost");
        }

        _ = await RetentionWorld.RequireProof(store);
        var again = await world.Retain(store, 30);
        Assert.Equal(
            expected.Partitions.Select(part => (part.BasePosition, part.DroppedThrough)),
            again.Partitions.Select(part => (part.BasePosition, part.DroppedThrough)));
        var report = await RetentionWorld.RequireProof(store);
        Assert.Equal(world.Traffic.Count, report.Events);
    }

    static IEnumerable<long> Left(MemoryStore store) =>
        Enumerable.Range(0, RetentionWorld.Partitions).SelectMany(partition => store.Log.Left(partition).Select(row => row.Offset));

    static async Task<((int Shard, long Page) Place, byte[] Payload)> FirstPage(MemoryStore store, string kind)
    {
        for (var shard = 0; ; shard++)
        {
            if (await store.Snapshots.LoadAsync(kind, shard, Cancel) is { Pages: [var page, ..] })
            {
                return ((shard, page.Id), page.Payload.ToArray());
            }
        }
    }
}
