using CsCheck;

using Recs.Storage;

using Xunit;

namespace Recs.Tests.Storage;

public abstract partial class StorageContract
{
    static readonly Dictionary<int, long> Nowhere = [];

    [Fact]
    public async Task A_shard_nobody_took_over_has_no_snapshot_and_cannot_be_saved()
    {
        Assert.Null(await Store.Snapshots.LoadAsync("edges", 1, Cancel));
        Assert.False(await Store.Snapshots.SaveAsync("edges", 1, 0, Nowhere, [], Cancel));
        Assert.False(await Store.Snapshots.SaveAsync("edges", 1, 1, Nowhere, [], Cancel));
        Assert.Null(await Store.Snapshots.LoadAsync("edges", 1, Cancel));
    }

    [Fact]
    public async Task A_saved_shard_is_loaded_whole_and_others_are_not_touched()
    {
        var epoch = await Store.Snapshots.TakeOverAsync("edges", 1, Cancel);
        await Store.Snapshots.TakeOverAsync("items", 1, Cancel);
        Assert.True(await Save(epoch, new() { [0] = 5, [3] = 2 }, (7, "seven"), (-2, "minus two")));
        Assert.True(await Save(epoch, new() { [0] = 6 }, (7, "SEVEN"), (9, "nine")));
        Assert.True(await Save(epoch, [], (-2, "")));

        await Reopen();

        var snapshot = await Store.Snapshots.LoadAsync("edges", 1, Cancel);
        Assert.NotNull(snapshot);
        Assert.Equal(epoch, snapshot.Epoch);
        Assert.Equal([(7L, "SEVEN"), (9L, "nine")], snapshot.Pages.Select(page => (page.Id, Text(page.Payload))));
        Assert.Equal([(0, 6L), (3, 2L)], snapshot.Positions.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)));
        Assert.Empty((await Store.Snapshots.LoadAsync("items", 1, Cancel))!.Pages);
    }

    [Fact]
    public async Task A_former_owner_changes_nothing()
    {
        var former = await Store.Snapshots.TakeOverAsync("edges", 1, Cancel);
        Assert.True(await Save(former, new() { [0] = 1 }, (1, "old")));
        await Reopen();
        var current = await Store.Snapshots.TakeOverAsync("edges", 1, Cancel);
        Assert.True(current > former);

        Assert.False(await Save(former, new() { [0] = 9 }, (1, "late")));

        var snapshot = await Store.Snapshots.LoadAsync("edges", 1, Cancel);
        Assert.Equal("old", Text(snapshot!.Pages.Single().Payload));
        Assert.Equal(1, snapshot.Positions[0]);
        Assert.True(await Save(current, new() { [0] = 2 }, (1, "new")));
    }

    [Fact]
    public async Task A_position_that_would_go_back_refuses_the_whole_write()
    {
        var epoch = await Store.Snapshots.TakeOverAsync("edges", 1, Cancel);
        Assert.True(await Save(epoch, new() { [0] = 5, [1] = 5 }, (1, "a")));
        Assert.False(await Save(epoch, new() { [0] = 6, [1] = 4 }, (1, "b")));
        var snapshot = await Store.Snapshots.LoadAsync("edges", 1, Cancel);
        Assert.Equal((5, 5), (snapshot!.Positions[0], snapshot.Positions[1]));
        Assert.Equal("a", Text(snapshot.Pages.Single().Payload));
        Assert.True(await Save(epoch, new() { [0] = 5, [1] = 5 }, (1, "c")));
    }

    /// <summary>Random take-overs and saves by current and former owners, against a dictionary that obeys the rules.</summary>
    [Fact]
    public Task Any_sequence_of_saves_leaves_what_the_rules_say()
    {
        var step = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 2], Gen.Long[0, 12], Gen.Int[0, 3], Gen.Bool);
        var shard = 100;
        return step.Array[1, 15].SampleAsync(
            async steps =>
            {
                shard++;
                var (epoch, positions, pages) = (0L, new Dictionary<int, long>(), new SortedDictionary<long, string>());
                foreach (var (kind, partition, offset, page, empty) in steps)
                {
                    if (kind == 0)
                    {
                        Assert.Equal(++epoch, await Store.Snapshots.TakeOverAsync("x", shard, Cancel));
                        continue;
                    }

                    var by = kind == 1 ? epoch - 1 : epoch;
                    var text = empty ? "" : $"{offset}";
                    var saved = await Store.Snapshots.SaveAsync(
                        "x", shard, by, new Dictionary<int, long> { [partition] = offset }, [new Page(page, Text(text))], Cancel);
                    var allowed = epoch > 0 && by == epoch && offset >= positions.GetValueOrDefault(partition);
                    Assert.Equal(allowed, saved);
                    if (allowed)
                    {
                        positions[partition] = offset;
                        _ = empty ? pages.Remove(page) : (pages[page] = text) is null;
                    }
                }

                var snapshot = await Store.Snapshots.LoadAsync("x", shard, Cancel);
                Assert.Equal(epoch, snapshot?.Epoch ?? 0);
                Assert.Equal(
                    positions.OrderBy(pair => pair.Key),
                    (snapshot?.Positions ?? Nowhere).OrderBy(pair => pair.Key));
                Assert.Equal(
                    pages.Select(pair => (pair.Key, pair.Value)),
                    (snapshot?.Pages ?? []).Select(stored => (stored.Id, Text(stored.Payload))));
            },
            iter: 50,
            threads: 1);
    }

    ValueTask<bool> Save(long epoch, Dictionary<int, long> positions, params (long Id, string Text)[] pages) =>
        Store.Snapshots.SaveAsync(
            "edges", 1, epoch, positions, [.. pages.Select(page => new Page(page.Id, Text(page.Text)))], Cancel);
}
