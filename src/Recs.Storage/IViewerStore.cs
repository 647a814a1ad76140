namespace Recs.Storage;

/// <summary>Durable viewers, and how much of the log they include. Safe for any number of callers at once.</summary>
/// <remarks>Every method throws <see cref="IOException"/> when storage fails; a failed write changed nothing.</remarks>
public interface IViewerStore
{
    /// <summary>What was saved last for a viewer; null when there is nothing.</summary>
    ValueTask<ReadOnlyMemory<byte>?> LoadAsync(Guid viewer, CancellationToken cancel);

    /// <summary>Inserts, replaces or, with an empty payload, deletes viewers, and records positions, in one transaction.</summary>
    /// <param name="viewers">At most one entry per viewer counts: the last.</param>
    /// <param name="positions">Partition to the offset up to which all viewers are durable; a lower one than before is ignored.</param>
    /// <param name="cancel">Gives up while the write still waits; a cancelled write changed nothing.</param>
    ValueTask SaveAsync(
        IReadOnlyList<(Guid Viewer, ReadOnlyMemory<byte> Payload)> viewers,
        IReadOnlyDictionary<int, long> positions,
        CancellationToken cancel);

    /// <summary>Partition to the offset up to which all viewers are durable.</summary>
    ValueTask<IReadOnlyDictionary<int, long>> PositionsAsync(CancellationToken cancel);

    /// <summary>Every viewer, in no particular order. What is written meanwhile may or may not be seen.</summary>
    IAsyncEnumerable<(Guid Viewer, ReadOnlyMemory<byte> Payload)> ReadAsync(CancellationToken cancel);
}
