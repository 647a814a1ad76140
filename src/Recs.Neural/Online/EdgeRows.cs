namespace Recs.Neural.Online;

/// <summary>The sums of the edges that an example matched, in the order of its matched clusters.</summary>
/// <param name="offsets">Where each edge's row begins, or <see cref="PulledRows.None"/>; shape [matched]; empty where no stack is learned.</param>
/// <param name="rows">The rows.</param>
readonly ref struct EdgeRows(ReadOnlySpan<int> offsets, Span<float> rows)
{
    readonly ReadOnlySpan<int> _offsets = offsets;
    readonly Span<float> _rows = rows;

    /// <summary>A number of an edge; 0 of one without a row.</summary>
    public float Of(int edge, int number) => _offsets[edge] == PulledRows.None ? 0 : _rows[_offsets[edge] + number];

    /// <summary>The numbers of an edge; empty without a row.</summary>
    public Span<float> Row(int edge) => _offsets[edge] == PulledRows.None ? [] : _rows.Slice(_offsets[edge], EdgeSums.Width);
}
