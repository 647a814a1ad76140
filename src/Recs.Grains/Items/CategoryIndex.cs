using System.Collections.Concurrent;

namespace Recs.Grains.Items;

/// <summary>
/// Which items are in which category: an inverted index, exact whatever the number of categories. Besides, the first 63 categories
/// have a bit each of an item's 64-bit mask and the others share the last, so that most filters are a single test.
/// </summary>
/// <remarks>Readers take no lock; writers take turns. 4 bytes an item and category each way.</remarks>
public sealed class CategoryIndex
{
    const int SharedBit = 63;

    readonly ConcurrentDictionary<string, int> _ids = new(StringComparer.Ordinal);
    readonly Lock _writing = new();
    Posting[] _postings = [];
    int[]?[] _idsOfRow = new int[]?[1024];

    /// <summary>Notes the categories of an item, in place of those that it had.</summary>
    /// <param name="row">Its catalogue row.</param>
    /// <param name="categories">Any order, repeats allowed; null for none.</param>
    /// <returns>The item's mask.</returns>
    public ulong Put(int row, IReadOnlyList<string>? categories)
    {
        lock (_writing)
        {
            int[] ids = categories is { Count: > 0 } ? [.. categories.Distinct(StringComparer.Ordinal).Select(IdOf)] : [];
            if (row >= _idsOfRow.Length)
            {
                Array.Resize(ref _idsOfRow, Math.Max(row + 1, _idsOfRow.Length * 2));
            }

            Volatile.Write(ref _idsOfRow[row], ids);
            var mask = 0UL;
            foreach (var id in ids)
            {
                // A row stays in the lists of categories that it has left: who reads them asks the row.
                _postings[id].Add(row);
                mask |= 1UL << Math.Min(id, SharedBit);
            }

            return mask;
        }
    }

    /// <summary>A filter by categories.</summary>
    /// <param name="categories">An item matches that is in at least one of them.</param>
    /// <returns>Null when no item can match: none of the categories exists.</returns>
    public CategoryFilter? Filter(IReadOnlyList<string> categories)
    {
        List<int> ids = new(categories.Count);
        var mask = 0UL;
        foreach (var category in categories)
        {
            if (_ids.TryGetValue(category, out var id) && !ids.Contains(id))
            {
                ids.Add(id);
                mask |= 1UL << Math.Min(id, SharedBit);
            }
        }

        return ids.Count == 0 ? null : new CategoryFilter(this, [.. ids], mask, isExact: mask >> SharedBit == 0);
    }

    internal bool IsIn(int row, ReadOnlySpan<int> ids)
    {
        var rows = Volatile.Read(ref _idsOfRow);
        return (uint)row < (uint)rows.Length && Volatile.Read(ref rows[row]) is { } has && has.AsSpan().ContainsAny(ids);
    }

    /// <summary>Rows that are or were in a category, each once.</summary>
    internal ReadOnlySpan<int> RowsOf(int id) => Volatile.Read(ref _postings)[id].Rows;

    int IdOf(string category)
    {
        if (!_ids.TryGetValue(category, out var id))
        {
            id = _postings.Length;
            Posting[] grown = [.. _postings, new Posting()];
            Volatile.Write(ref _postings, grown);
            _ids[category] = id;
        }

        return id;
    }

    /// <summary>The rows of one category, in order of arrival.</summary>
    sealed class Posting
    {
        readonly HashSet<int> _known = [];
        int[] _rows = new int[4];
        int _count;

        public ReadOnlySpan<int> Rows
        {
            get
            {
                // The count is written after the row, the array before a count that needs it.
                var count = Volatile.Read(ref _count);
                return Volatile.Read(ref _rows).AsSpan(0, count);
            }
        }

        public void Add(int row)
        {
            if (!_known.Add(row))
            {
                return;
            }

            if (_count == _rows.Length)
            {
                var grown = new int[_count * 2];
                _rows.CopyTo(grown, 0);
                Volatile.Write(ref _rows, grown);
            }

            _rows[_count] = row;
            Volatile.Write(ref _count, _count + 1);
        }
    }
}
