using System.Runtime.InteropServices;

namespace Recs.Neural.Combinatorial;

/// <summary>A matrix of single-precision numbers, row by row; rows are padded with zeros to whole vectors of 8.</summary>
/// <param name="rows">Number of rows, at least 1.</param>
/// <param name="columns">Number of columns, at least 1.</param>
public sealed class Matrix(int rows, int columns)
{
    /// <summary>Numbers in a vector; every row begins at a multiple of it.</summary>
    public const int Lanes = 8;

    readonly float[] _values = new float[checked(rows * Padded(columns))];

    /// <summary>Number of rows.</summary>
    public int Rows => rows;

    /// <summary>Number of columns, the padding not counted.</summary>
    public int Columns => columns;

    /// <summary>Numbers from one row to the next: the columns, padded.</summary>
    public int Stride { get; } = Padded(columns);

    /// <summary>Every number, the padding included, row by row.</summary>
    public Span<float> Values => _values;

    /// <summary>The matrix with its padding as columns.</summary>
    public MatrixView View => new(ref MemoryMarshal.GetArrayDataReference(_values), rows, Stride, Stride);

    /// <summary>One number.</summary>
    public ref float this[int row, int column] => ref _values[(row * Stride) + column];

    /// <summary>A row without its padding.</summary>
    public Span<float> Row(int row) => _values.AsSpan(row * Stride, columns);

    /// <summary>The least multiple of <see cref="Lanes"/> that is at least <paramref name="columns"/>.</summary>
    public static int Padded(int columns) => (columns + Lanes - 1) & -Lanes;
}
