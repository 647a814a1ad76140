namespace Recs.Grains.Replication;

/// <summary>The keys that changed last, each change with its number.</summary>
/// <param name="capacity">Changes that are kept.</param>
sealed class ChangeRing<TKey>(int capacity)
    where TKey : notnull
{
    readonly TKey[] _keys = new TKey[capacity];

    /// <summary>Changes so far.</summary>
    public long Sequence { get; private set; }

    /// <summary>Notes a change.</summary>
    public void Add(TKey key) => _keys[Sequence++ % _keys.Length] = key;

    /// <summary>Forgets which keys changed: whoever has not seen them all must copy.</summary>
    public void Skip() => Sequence += _keys.Length + 1;

    /// <summary>The keys that changed after a number, each once; null when they are not kept any more.</summary>
    public HashSet<TKey>? After(long sequence)
    {
        if (Sequence - sequence > _keys.Length)
        {
            return null;
        }

        var keys = new HashSet<TKey>();
        for (var at = sequence; at < Sequence; at++)
        {
            _ = keys.Add(_keys[at % _keys.Length]);
        }

        return keys;
    }
}
