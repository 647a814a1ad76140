using Recs.Storage;

using Xunit;

namespace Recs.Tests.Storage;

public abstract partial class StorageContract
{
    [Fact]
    public async Task Items_are_replaced_by_row_and_read_in_row_order()
    {
        await Store.Catalogue.UpsertAsync(null, [.. Enumerable.Range(0, 2500).Select(row => Item(row, "first"))], Cancel);
        await Store.Catalogue.UpsertAsync(null, [Item(3, "second"), Item(7, "second") with { Deleted = true }], Cancel);

        await Reopen();

        var items = await All(Store.Catalogue.ReadAsync(Cancel));
        Assert.Equal(Enumerable.Range(0, 2500), items.Select(item => item.Row));
        Assert.Equal(("item-3", false, "second"), (items[3].Id, items[3].Deleted, Text(items[3].Payload)));
        Assert.Equal(("item-7", true, "second"), (items[7].Id, items[7].Deleted, Text(items[7].Payload)));
        Assert.Equal("first", Text(items[2499].Payload));
    }

    [Fact]
    public async Task A_shard_reads_its_own_items_and_a_former_owner_writes_none()
    {
        var epoch = await Store.Snapshots.TakeOverAsync("items", 3, Cancel);
        Assert.True(await Store.Catalogue.UpsertAsync(new("items", 3, epoch), [Item(3, "a"), Item(19, "b")], Cancel));
        await Store.Catalogue.UpsertAsync(null, [Item(4, "c")], Cancel);
        Assert.Equal([3, 19], (await All(Store.Catalogue.ReadShardAsync(3, 16, Cancel))).Select(item => item.Row));

        await Store.Snapshots.TakeOverAsync("items", 3, Cancel);
        Assert.False(await Store.Catalogue.UpsertAsync(new("items", 3, epoch), [Item(3, "late"), Item(35, "late")], Cancel));
        Assert.Equal(["a", "b"], (await All(Store.Catalogue.ReadShardAsync(3, 16, Cancel))).Select(item => Text(item.Payload)));
    }

    [Fact]
    public async Task Two_rows_cannot_have_one_id()
    {
        await Store.Catalogue.UpsertAsync(null, [Item(1, "x")], Cancel);
        await Assert.ThrowsAsync<IOException>(
            () => Store.Catalogue.UpsertAsync(null, [Item(5, "y"), Item(2, "y") with { Id = "item-1" }], Cancel).AsTask());
        Assert.Equal(1, (await All(Store.Catalogue.ReadAsync(Cancel))).Single().Row);
    }

    [Fact]
    public async Task Viewers_are_saved_with_positions_and_forgotten_by_an_empty_payload_whatever_comes_late()
    {
        var (a, b) = (new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), new Guid(2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
        await Store.Viewers.SaveAsync([new(a, 1, Text("a1")), new(b, 1, Text("b1"))], new Dictionary<int, long> { [0] = 4, [2] = 8 }, Cancel);
        await Store.Viewers.SaveAsync([new(a, 2, Text("a2")), new(b, 3, default)], new Dictionary<int, long> { [0] = 5, [2] = 7 }, Cancel);
        await Store.Viewers.SaveAsync([new(a, 2, Text("late")), new(b, 2, Text("late"))], Nowhere, Cancel);

        await Reopen();

        Assert.Equal("a2", Text((await Store.Viewers.LoadAsync(a, Cancel))!.Value));
        Assert.Null(await Store.Viewers.LoadAsync(b, Cancel));
        Assert.Equal((a, "a2"), (await All(Store.Viewers.ReadAsync(Cancel))).Select(v => (v.Viewer, Text(v.Payload))).Single());
        var positions = await Store.Viewers.PositionsAsync(Cancel);
        Assert.Equal((5, 8), (positions[0], positions[2]));
    }

    [Fact]
    public async Task Every_viewer_is_read_once()
    {
        var viewers = Enumerable.Range(0, 2100).Select(n => (new Guid(n * 7919, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8), Text($"{n}"))).ToList();
        await Store.Viewers.SaveAsync([.. viewers.Select(v => new StoredViewer(v.Item1, 1, v.Item2))], Nowhere, Cancel);
        var read = await All(Store.Viewers.ReadAsync(Cancel));
        Assert.Equal(
            viewers.Select(v => (v.Item1, Text((ReadOnlyMemory<byte>)v.Item2))).Order(),
            read.Select(v => (v.Viewer, Text(v.Payload))).Order());
    }

    [Fact]
    public async Task A_model_is_added_inactive_listed_newest_first_and_activated()
    {
        Assert.Null(await Store.Models.ActiveAsync(Cancel));
        var payload = new byte[(5 << 20) + 17];
        new Random(5).NextBytes(payload);
        var first = await Store.Models.AddAsync(null, """{"n":1}""", payload, Cancel);
        Time.Advance(TimeSpan.FromMinutes(1));
        var second = await Store.Models.AddAsync(first, """{"n":2}""", default, Cancel);
        Assert.True(second > first && first > 0);
        Assert.Null(await Store.Models.ActiveAsync(Cancel));
        Assert.False(await Store.Models.ActivateAsync(second + 1, Cancel));
        Assert.Null(await Store.Models.ActiveAsync(Cancel));
        Assert.True(await Store.Models.ActivateAsync(first, Cancel));
        Assert.True(await Store.Models.ActivateAsync(second, Cancel));
        Assert.False(await Store.Models.ActivateAsync(second + 1, Cancel));

        await Reopen();

        Assert.Equal(second, await Store.Models.ActiveAsync(Cancel));
        Assert.Equal(
            [new(second, first, Noon.AddMinutes(1), """{"n":2}""", true), new(first, null, Noon, """{"n":1}""", false)],
            await Store.Models.ListAsync(Cancel));
        Assert.Equal(payload, (await Store.Models.LoadAsync(first, Cancel))!.Value.ToArray());
        Assert.Equal(0, (await Store.Models.LoadAsync(second, Cancel))!.Value.Length);
        Assert.Null(await Store.Models.LoadAsync(second + 1, Cancel));
    }

    [Fact]
    public async Task A_canary_is_served_beside_the_active_model_and_its_trial_ends_once()
    {
        var models = Store.Models;
        Assert.Null(await models.ServedAsync(Cancel));
        var first = await models.AddAsync(null, "{}", default, Cancel);
        var second = await models.AddAsync(first, "{}", default, Cancel);
        Assert.False(await models.StartCanaryAsync(second, 0.1, Cancel));
        _ = await models.ActivateAsync(first, Cancel);
        Assert.False(await models.StartCanaryAsync(first, 0.1, Cancel));
        Assert.False(await models.StartCanaryAsync(second + 1, 0.1, Cancel));
        Assert.Equal(new(first, null, 0), await models.ServedAsync(Cancel));

        Assert.True(await models.StartCanaryAsync(second, 0.125, Cancel));
        await Reopen();
        models = Store.Models;

        Assert.Equal(new(first, second, 0.125), await models.ServedAsync(Cancel));
        Assert.Equal([(0.125, false), (0, true)], (await models.ListAsync(Cancel)).Select(model => (model.CanaryShare, model.Active)));
        Assert.False(await models.EndCanaryAsync(first, true, Cancel));
        Assert.True(await models.EndCanaryAsync(second, false, Cancel));
        Assert.False(await models.EndCanaryAsync(second, true, Cancel));
        Assert.Equal(new(first, null, 0), await models.ServedAsync(Cancel));

        _ = await models.StartCanaryAsync(second, 0.5, Cancel);
        Assert.True(await models.EndCanaryAsync(second, true, Cancel));
        Assert.Equal(new(second, null, 0), await models.ServedAsync(Cancel));
        _ = await models.StartCanaryAsync(first, 0.5, Cancel);
        _ = await models.ActivateAsync(second, Cancel);
        Assert.Equal(new(second, null, 0), await models.ServedAsync(Cancel));
    }

    [Fact]
    public async Task A_token_key_is_added_once()
    {
        Assert.Empty(await Store.Secrets.TokenKeysAsync(Cancel));
        Assert.True(await Store.Secrets.TryAddTokenKeyAsync(2, Secret("two"), Cancel));
        Assert.True(await Store.Secrets.TryAddTokenKeyAsync(1, Secret("one"), Cancel));
        Assert.False(await Store.Secrets.TryAddTokenKeyAsync(2, Secret("other"), Cancel));

        await Reopen();

        Assert.Equal(
            [(1, "one", Noon), (2, "two", Noon)],
            (await Store.Secrets.TokenKeysAsync(Cancel)).Select(key => (key.Id, Text(key.Key).TrimEnd(), key.CreatedAt)));

        Assert.True(await Store.Secrets.RemoveTokenKeyAsync(1, Cancel));
        Assert.False(await Store.Secrets.RemoveTokenKeyAsync(1, Cancel));
        Assert.Equal(2, Assert.Single(await Store.Secrets.TokenKeysAsync(Cancel)).Id);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    public async Task A_short_token_key_is_not_kept(int length)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.Secrets.TryAddTokenKeyAsync(1, new byte[length], Cancel));
        Assert.Empty(await Store.Secrets.TokenKeysAsync(Cancel));
    }

    static ReadOnlyMemory<byte> Secret(string name) => Text(name.PadRight(32));

    [Fact]
    public async Task A_dead_letter_is_kept_once_and_cut_where_it_is_too_long()
    {
        Assert.Empty(await Store.DeadLetters.LatestAsync(10, Cancel));
        DeadLetter Letter(int partition, long offset, int part, string text) =>
            new(partition, offset, part, Noon, $"reason {part}", Text(text));
        Assert.Equal(2, await Store.DeadLetters.AddAsync([Letter(1, 7, 0, "a"), Letter(1, 7, 1, "b")], Cancel));
        Assert.Equal(1, await Store.DeadLetters.AddAsync([Letter(1, 7, 1, "b"), Letter(2, 7, 1, "c")], Cancel));
        Assert.Equal(
            1, await Store.DeadLetters.AddAsync([Letter(3, 1, 0, new string('x', IDeadLetterStore.PayloadBytesMax + 1))], Cancel));

        await Reopen();

        var letters = await Store.DeadLetters.LatestAsync(10, Cancel);
        Assert.Equal(
            [(2, 7L, 1, Noon, "reason 1", "c"), (1, 7L, 1, Noon, "reason 1", "b"), (1, 7L, 0, Noon, "reason 0", "a")],
            letters.Skip(1).Select(l => (l.Partition, l.Offset, l.Part, l.At, l.Reason, Text(l.Payload))));
        Assert.Equal(IDeadLetterStore.PayloadBytesMax, letters[0].Payload.Length);
        Assert.Single(await Store.DeadLetters.LatestAsync(1, Cancel));
    }

    static StoredItem Item(int row, string payload) => new(row, $"item-{row}", false, Text(payload));
}
