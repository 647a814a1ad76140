using Recs.Storage;

namespace Recs.Tests.Retention;

/// <summary>How far viewers are durable; there are no viewers.</summary>
sealed class MemoryViewers : IViewerStore
{
    readonly Dictionary<int, long> _positions = [];

    public CallCount Calls { get; set; } = new();

    public MemoryViewers Copy()
    {
        var copy = new MemoryViewers();
        foreach (var (partition, offset) in _positions)
        {
            copy._positions.Add(partition, offset);
        }

        return copy;
    }

    public ValueTask<ReadOnlyMemory<byte>?> LoadAsync(Guid viewer, CancellationToken cancel) => throw new NotSupportedException();

    public async ValueTask SaveAsync(
        IReadOnlyList<StoredViewer> viewers, IReadOnlyDictionary<int, long> positions, CancellationToken cancel) =>
        _ = await Calls.Do(() =>
        {
            foreach (var (partition, offset) in positions)
            {
                _positions[partition] = Math.Max(offset, _positions.GetValueOrDefault(partition));
            }

            return positions.Count;
        });

    public ValueTask<IReadOnlyDictionary<int, long>> PositionsAsync(CancellationToken cancel) =>
        Calls.Do<IReadOnlyDictionary<int, long>>(() => new Dictionary<int, long>(_positions));

    public IAsyncEnumerable<(Guid Viewer, ReadOnlyMemory<byte> Payload)> ReadAsync(CancellationToken cancel) =>
        throw new NotSupportedException();
}
