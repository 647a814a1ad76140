using Recs.Matching.Numerics;

namespace Recs.Matching.Graph;

/// <summary>The items' vectors of one model, by catalogue row. A row never written is the zero vector.</summary>
/// <remarks>
/// Address space is reserved for the limit and taken as rows are written. One writer per row; a reader beside it may
/// see a vector half old, half new, which is harmless: it moves one prior once. Dispose when no request can be inside.
/// </remarks>
public sealed unsafe class VectorTable : IDisposable
{
    readonly NativePages _pages;
    readonly float* _values;

    /// <summary>A table of zero vectors.</summary>
    /// <param name="rowsMax">Most rows, ≥ 1.</param>
    /// <param name="dimensions">D ≥ 1, length of every vector.</param>
    public VectorTable(int rowsMax, int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        RowsMax = rowsMax;
        Dimensions = dimensions;
        Stride = (dimensions + 7) & ~7;
        _pages = new NativePages((nuint)rowsMax * (nuint)Stride * sizeof(float));
        _values = (float*)_pages.Start;
    }

    /// <summary>Most rows.</summary>
    public int RowsMax { get; }

    /// <summary>D, length of every vector.</summary>
    public int Dimensions { get; }

    /// <summary>Floats from one row to the next: D rounded up to 8, the rest zero.</summary>
    internal int Stride { get; }

    /// <summary>The vector of a row, shape [D].</summary>
    public ReadOnlySpan<float> Row(int row) => new(At(row), Dimensions);

    /// <summary>Replaces the vector of a row, shape [D].</summary>
    public void Write(int row, ReadOnlySpan<float> vector)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(vector.Length, Dimensions, nameof(vector));
        vector.CopyTo(new Span<float>(At(row), Dimensions));
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _pages.Dispose();

    internal float* At(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)RowsMax, nameof(row));
        return _values + ((long)row * Stride);
    }
}
