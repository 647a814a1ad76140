using Recs.Matching.Graph;

namespace Recs.Grains.Items;

/// <summary>Items in at least one of some categories; immutable, made once a request.</summary>
public sealed class CategoryFilter : RowFilter
{
    readonly CategoryIndex _index;
    readonly int[] _ids;

    internal CategoryFilter(CategoryIndex index, int[] ids, ulong mask, bool isExact) => (_index, _ids, Mask, IsExact) = (index, ids, mask, isExact);

    /// <summary>An item that matches has one of these bits.</summary>
    public ulong Mask { get; }

    /// <summary>Whether every item with one of the bits matches.</summary>
    public bool IsExact { get; }

    /// <inheritdoc/>
    public override bool Allows(int row) => _index.IsIn(row, _ids);

    /// <summary>Adds the rows that may match to a set. O(items of the categories).</summary>
    public void AddTo(HashSet<int> rows)
    {
        foreach (var id in _ids)
        {
            foreach (var row in _index.RowsOf(id))
            {
                _ = rows.Add(row);
            }
        }
    }
}
