using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

using Recs.Grains.Hosting;

namespace Recs.Grains.Items;

/// <summary>The silo's view of every item: ids to rows and back. Written by the item shards, read by anyone.</summary>
public sealed class Catalogue
{
    readonly ConcurrentDictionary<string, int> _rows = new(StringComparer.Ordinal);
    readonly Lock _growing = new();
    readonly int[] _nextRows = new int[Shards.ItemCount];
    CatalogueEntry?[] _entries = new CatalogueEntry?[1024];
    int _rowCount;
    int _count;
    int _embeddingLength;

    /// <summary>Items that are not deleted.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>One more than the highest row in use.</summary>
    public int RowCount => Volatile.Read(ref _rowCount);

    /// <summary>Length of given embeddings; 0 until the first one arrives.</summary>
    public int EmbeddingLength => Volatile.Read(ref _embeddingLength);

    /// <summary>Fixes the length of embeddings if it is not fixed yet.</summary>
    /// <returns>Whether an embedding of this length fits.</returns>
    public bool AcceptsEmbedding(int length)
    {
        var fixedLength = Interlocked.CompareExchange(ref _embeddingLength, length, 0);
        return fixedLength == 0 || fixedLength == length;
    }

    /// <summary>The row of an id, deleted items included.</summary>
    public bool TryGetRow(string id, out int row) => _rows.TryGetValue(id, out row);

    /// <summary>The item of an id that is not deleted.</summary>
    public bool TryGet(string id, [NotNullWhen(true)] out CatalogueEntry? entry)
    {
        entry = _rows.TryGetValue(id, out var row) ? Entry(row) : null;
        return entry is { IsDeleted: false };
    }

    /// <summary>The item of a row; null when the row is not in use.</summary>
    public CatalogueEntry? Entry(int row)
    {
        var entries = Volatile.Read(ref _entries);
        return (uint)row < (uint)entries.Length ? Volatile.Read(ref entries[row]) : null;
    }

    /// <summary>Items in row order after a row, deleted ones left out.</summary>
    public IEnumerable<CatalogueEntry> After(int row)
    {
        for (var next = row + 1; next < RowCount; next++)
        {
            if (Entry(next) is { IsDeleted: false } entry)
            {
                yield return entry;
            }
        }
    }

    /// <summary>Takes a new row of a shard: the next one with the shard's remainder. Only that shard calls this.</summary>
    public int TakeRow(int shard)
    {
        lock (_growing)
        {
            if (_nextRows[shard] == 0)
            {
                _nextRows[shard] = shard;
            }

            while (_nextRows[shard] < _rowCount && Entry(_nextRows[shard]) is not null)
            {
                _nextRows[shard] += Shards.ItemCount;
            }

            var row = _nextRows[shard];
            _nextRows[shard] += Shards.ItemCount;
            return row;
        }
    }

    /// <summary>Puts an item. Only the shard that owns the item's id calls this.</summary>
    public void Put(CatalogueEntry entry)
    {
        lock (_growing)
        {
            if (entry.Row >= _entries.Length)
            {
                var grown = new CatalogueEntry?[Math.Max(entry.Row + 1, _entries.Length * 2)];
                _entries.CopyTo(grown, 0);
                Volatile.Write(ref _entries, grown);
            }

            var was = _entries[entry.Row] is { IsDeleted: false } ? 1 : 0;
            Volatile.Write(ref _entries[entry.Row], entry);
            Volatile.Write(ref _rowCount, Math.Max(_rowCount, entry.Row + 1));
            Volatile.Write(ref _count, _count + (entry.IsDeleted ? 0 : 1) - was);
        }

        _rows[entry.Id] = entry.Row;
    }
}
