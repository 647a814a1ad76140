#pragma warning disable
namespace Recs.Storage;
public readonly record struct LogBatch(long Offset, DateTimeOffset At, int Count, ReadOnlyMemory<byte> Payload);
public interface IEventLog : IAsyncDisposable
{
    int Partitions { get; }
    ValueTask<long> AppendAsync(int partition, ReadOnlyMemory<byte> records, int count, CancellationToken cancel);
    ValueTask<IReadOnlyList<LogBatch>> ReadAsync(int partition, long after, int rowsMax, int bytesMax, CancellationToken cancel);
    ValueTask WaitAsync(int partition, long after, CancellationToken cancel);
    ValueTask<long> EndAsync(int partition, CancellationToken cancel);
    ValueTask<long> OffsetBeforeAsync(int partition, DateTimeOffset at, CancellationToken cancel);
}
public readonly record struct Page(long Id, ReadOnlyMemory<byte> Payload);
public sealed record ShardSnapshot(long Epoch, IReadOnlyDictionary<int,long> Positions, IReadOnlyList<Page> Pages);
public interface ISnapshotStore
{
    ValueTask<ShardSnapshot?> LoadAsync(string kind, int shard, CancellationToken cancel);
    ValueTask<long> TakeOverAsync(string kind, int shard, CancellationToken cancel);
    ValueTask<bool> SaveAsync(string kind, int shard, long epoch, IReadOnlyDictionary<int,long> positions, IReadOnlyList<Page> changed, CancellationToken cancel);
}
public sealed record StoredItem(int Row, string Id, bool Deleted, ReadOnlyMemory<byte> Payload);
public interface ICatalogueStore
{
    ValueTask UpsertAsync(IReadOnlyList<StoredItem> items, CancellationToken cancel);
    IAsyncEnumerable<StoredItem> ReadAsync(CancellationToken cancel);
}
public interface IViewerStore
{
    ValueTask<ReadOnlyMemory<byte>?> LoadAsync(Guid viewer, CancellationToken cancel);
    ValueTask SaveAsync(IReadOnlyList<(Guid Viewer, ReadOnlyMemory<byte> Payload)> viewers, IReadOnlyDictionary<int,long> positions, CancellationToken cancel);
    ValueTask<IReadOnlyDictionary<int,long>> PositionsAsync(CancellationToken cancel);
    IAsyncEnumerable<(Guid Viewer, ReadOnlyMemory<byte> Payload)> ReadAsync(CancellationToken cancel);
}
public sealed record StoredModel(long Version, long? Parent, DateTimeOffset CreatedAt, string Manifest, bool Active);
public interface IModelStore
{
    ValueTask<long> AddAsync(long? parent, string manifest, ReadOnlyMemory<byte> payload, CancellationToken cancel);
    ValueTask<IReadOnlyList<StoredModel>> ListAsync(CancellationToken cancel);
    ValueTask<ReadOnlyMemory<byte>?> LoadAsync(long version, CancellationToken cancel);
    ValueTask<bool> ActivateAsync(long version, CancellationToken cancel);
    ValueTask<long?> ActiveAsync(CancellationToken cancel);
}
public interface ISecretStore
{
    ValueTask<IReadOnlyList<(int Id, ReadOnlyMemory<byte> Key, DateTimeOffset CreatedAt)>> TokenKeysAsync(CancellationToken cancel);
    ValueTask<bool> TryAddTokenKeyAsync(int id, ReadOnlyMemory<byte> key, CancellationToken cancel);
}
