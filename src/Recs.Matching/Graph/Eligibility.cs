namespace Recs.Matching.Graph;

/// <summary>Which items a request may show.</summary>
/// <param name="now">Unix seconds.</param>
/// <param name="categories">An item must have one of these bits; 0 asks for none in particular.</param>
/// <param name="excluded">Rows that may not be shown (seen, hidden), any order, repeats allowed.</param>
/// <param name="filter">A condition beyond the bits; null for none.</param>
/// <param name="excludedSet">The excluded rows once more, where a search asks for single rows; null when they are few.</param>
public readonly ref struct Eligibility(
    long now, ulong categories, ReadOnlySpan<int> excluded, RowFilter? filter = null, HashSet<int>? excludedSet = null)
{
    /// <summary>Unix seconds.</summary>
    public long Now { get; } = now;

    /// <summary>An item must have one of these bits; 0 asks for none in particular.</summary>
    public ulong Categories { get; } = categories;

    /// <summary>Rows that may not be shown.</summary>
    public ReadOnlySpan<int> Excluded { get; } = excluded;

    /// <summary>A condition beyond the bits; null for none.</summary>
    public RowFilter? Filter { get; } = filter;

    /// <summary>Whether a row may not be shown.</summary>
    public bool IsExcluded(int row) => excludedSet is null ? Excluded.Contains(row) : excludedSet.Contains(row);

    /// <summary>The same, with the excluded rows as a set.</summary>
    public Eligibility With(HashSet<int> set) => new(Now, Categories, Excluded, Filter, set);
}
