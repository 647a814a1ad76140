namespace Recs.Storage;

/// <summary>Durable items. Safe for any number of callers at once.</summary>
/// <remarks>Every method throws <see cref="IOException"/> when storage fails.</remarks>
public interface ICatalogueStore
{
    /// <summary>Inserts or replaces items by row; durable when complete.</summary>
    /// <remarks>A large list is written in parts: after a failure or a cancellation some may have been written. Repeating it is harmless.</remarks>
    ValueTask UpsertAsync(IReadOnlyList<StoredItem> items, CancellationToken cancel);

    /// <summary>Every item, deleted ones included, by ascending row. What is written meanwhile may or may not be seen.</summary>
    IAsyncEnumerable<StoredItem> ReadAsync(CancellationToken cancel);
}
