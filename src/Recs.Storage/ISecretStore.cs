namespace Recs.Storage;

/// <summary>Keys that sign decision tokens. Never logged. Safe for any number of callers at once.</summary>
/// <remarks>Every method throws <see cref="IOException"/> when storage fails.</remarks>
public interface ISecretStore
{
    /// <summary>Every key, by ascending id.</summary>
    ValueTask<IReadOnlyList<(int Id, ReadOnlyMemory<byte> Key, DateTimeOffset CreatedAt)>> TokenKeysAsync(
        CancellationToken cancel);

    /// <summary>Adds a key; durable when complete. False, and nothing changed, when the id exists.</summary>
    /// <exception cref="ArgumentException">The key has fewer than 32 bytes.</exception>
    ValueTask<bool> TryAddTokenKeyAsync(int id, ReadOnlyMemory<byte> key, CancellationToken cancel);

    /// <summary>Removes a key; durable when complete. False when there is none of that id.</summary>
    ValueTask<bool> RemoveTokenKeyAsync(int id, CancellationToken cancel);
}
