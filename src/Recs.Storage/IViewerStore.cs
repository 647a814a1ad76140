namespace Recs.Storage;

/// <summary>Durable viewers, and how much of the log they include. Safe for any number of callers at once.</summary>
/// <remarks>Every method throws <see cref="IOException"/> when storage fails; a failed write changed nothing.</remarks>
public interface IViewerStore
{
    /// <summary>What was saved last for a viewer; null when there is nothing.</summary>
    ValueTask<ReadOnlyMemory<byte>?> LoadAsync(Guid viewer, CancellationToken cancel);

    /// <summary>
    /// Inserts or replaces viewers and records positions, in one transaction. A viewer that storage has with the same or a
    /// higher revision stays as it is; with an empty payload a viewer is forgotten but for its revision.
    /// </summary>
    /// <param name="viewers">In any order.</param>
    /// <param name="positions">Partition to the offset up to which all viewers are durable; a lower one than before is ignored.</param>
    /// <param name="cancel">Gives up while the write still waits; a cancelled write changed nothing.</param>
    ValueTask SaveAsync(
        IReadOnlyList<StoredViewer> viewers,
        IReadOnlyDictionary<int, long> positions,
        CancellationToken cancel);

    /// <summary>Partition to the offset up to which all viewers are durable.</summary>
    ValueTask<IReadOnlyDictionary<int, long>> PositionsAsync(CancellationToken cancel);

    /// <summary>Every viewer that is not forgotten, in no particular order. What is written meanwhile may or may not be seen.</summary>
    IAsyncEnumerable<(Guid Viewer, ReadOnlyMemory<byte> Payload)> ReadAsync(CancellationToken cancel);
}
