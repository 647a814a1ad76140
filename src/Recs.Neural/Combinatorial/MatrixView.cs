using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Recs.Neural.Combinatorial;

/// <summary>A rectangle of numbers inside an array or native memory.</summary>
/// <param name="start">The first number.</param>
/// <param name="rows">Number of rows.</param>
/// <param name="columns">Number of columns.</param>
/// <param name="stride">Numbers from one row to the next.</param>
public readonly ref struct MatrixView(ref float start, int rows, int columns, int stride)
{
    readonly ref float _start = ref start;

    /// <summary>The first number.</summary>
    public ref float Start => ref _start;

    /// <summary>Number of rows.</summary>
    public int Rows => rows;

    /// <summary>Number of columns.</summary>
    public int Columns => columns;

    /// <summary>Numbers from one row to the next.</summary>
    public int Stride => stride;

    /// <summary>A smaller rectangle; bounds are the caller's duty.</summary>
    public MatrixView Part(int row, int rowCount, int column, int columnCount) =>
        new(ref Unsafe.Add(ref Start, ((nint)row * stride) + column), rowCount, columnCount, stride);

    /// <summary>A row.</summary>
    public Span<float> Row(int row) => MemoryMarshal.CreateSpan(ref Unsafe.Add(ref Start, (nint)row * stride), columns);
}
