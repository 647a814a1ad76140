using Recs.Storage;

namespace Recs.Tests.Tokens;

/// <summary>Keys that several silos share, in memory; it counts how often they are read.</summary>
sealed class MemorySecrets(TimeProvider time) : ISecretStore
{
    readonly SortedDictionary<int, (ReadOnlyMemory<byte> Key, DateTimeOffset CreatedAt)> _keys = [];

    /// <summary>How often the keys were read.</summary>
    public int Reads { get; private set; }

    /// <summary>Whether storage is away.</summary>
    public bool IsAway { get; set; }

    public ValueTask<IReadOnlyList<(int Id, ReadOnlyMemory<byte> Key, DateTimeOffset CreatedAt)>> TokenKeysAsync(CancellationToken cancel)
    {
        Reads++;
        return IsAway
            ? throw new IOException("away")
            : new([.. _keys.Select(key => (key.Key, key.Value.Key, key.Value.CreatedAt))]);
    }

    public ValueTask<bool> TryAddTokenKeyAsync(int id, ReadOnlyMemory<byte> key, CancellationToken cancel) =>
        new(_keys.TryAdd(id, (key, time.GetUtcNow())));

    public ValueTask<bool> RemoveTokenKeyAsync(int id, CancellationToken cancel) => new(_keys.Remove(id));
}
