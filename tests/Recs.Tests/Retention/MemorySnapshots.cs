using Recs.Storage;

namespace Recs.Tests.Retention;

/// <summary>Snapshots in memory.</summary>
sealed class MemorySnapshots : ISnapshotStore
{
    readonly Dictionary<(string Kind, int Shard), ShardSnapshot> _shards = [];

    public CallCount Calls { get; set; } = new();

    public MemorySnapshots Copy()
    {
        var copy = new MemorySnapshots();
        foreach (var (key, shard) in _shards)
        {
            copy._shards.Add(key, shard);
        }

        return copy;
    }

    /// <summary>Stores something that no shard would.</summary>
    public void Put(string kind, int shard, ShardSnapshot snapshot) => _shards[(kind, shard)] = snapshot;

    public ValueTask<ShardSnapshot?> LoadAsync(string kind, int shard, CancellationToken cancel) =>
        Calls.Do(() => _shards.GetValueOrDefault((kind, shard)));

    public ValueTask<long> TakeOverAsync(string kind, int shard, CancellationToken cancel) => Calls.Do(() =>
    {
        var held = _shards.GetValueOrDefault((kind, shard)) ?? new ShardSnapshot(0, new Dictionary<int, long>(), []);
        _shards[(kind, shard)] = held with { Epoch = held.Epoch + 1 };
        return held.Epoch + 1;
    });

    public ValueTask<bool> DiscardAsync(string kind, int shard, long epoch, CancellationToken cancel) => Calls.Do(() =>
    {
        if (_shards.GetValueOrDefault((kind, shard)) is not { } held || held.Epoch != epoch)
        {
            return false;
        }

        _shards[(kind, shard)] = new ShardSnapshot(epoch, new Dictionary<int, long>(), []);
        return true;
    });

    public ValueTask<bool> SaveAsync(
        string kind, int shard, long epoch, IReadOnlyDictionary<int, long> positions, IReadOnlyList<Page> changed,
        CancellationToken cancel) => Calls.Do(() =>
    {
        if (_shards.GetValueOrDefault((kind, shard)) is not { } held || held.Epoch != epoch
            || positions.Any(position => position.Value < held.Positions.GetValueOrDefault(position.Key)))
        {
            return false;
        }

        var moved = new Dictionary<int, long>(held.Positions);
        foreach (var (partition, offset) in positions)
        {
            moved[partition] = offset;
        }

        var pages = new SortedDictionary<long, ReadOnlyMemory<byte>>(held.Pages.ToDictionary(page => page.Id, page => page.Payload));
        foreach (var page in changed)
        {
            pages[page.Id] = page.Payload.ToArray();
        }

        _shards[(kind, shard)] = new ShardSnapshot(epoch, moved, [.. pages.Select(page => new Page(page.Key, page.Value))]);
        return true;
    });
}
