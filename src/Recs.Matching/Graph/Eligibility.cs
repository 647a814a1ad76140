namespace Recs.Matching.Graph;

/// <summary>Which items a request may show.</summary>
/// <param name="now">Unix seconds.</param>
/// <param name="categories">Bits of the categories asked for; 0 asks for none in particular.</param>
/// <param name="excluded">Rows that may not be shown (seen, hidden), any order, repeats allowed.</param>
public readonly ref struct Eligibility(long now, ulong categories, ReadOnlySpan<int> excluded)
{
    /// <summary>Unix seconds.</summary>
    public long Now { get; } = now;

    /// <summary>Bits of the categories asked for; 0 asks for none in particular.</summary>
    public ulong Categories { get; } = categories;

    /// <summary>Rows that may not be shown.</summary>
    public ReadOnlySpan<int> Excluded { get; } = excluded;
}
