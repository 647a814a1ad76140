using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Recs.Neural.Tables;

/// <summary>Some rows of a table: columns of the same index, in one piece of memory but for the floats. Rows never move.</summary>
sealed unsafe class RowChunk
{
    /// <summary>Rows of a chunk, a power of two.</summary>
    public const int Rows = 1 << Shift;

    /// <summary>log₂ of <see cref="Rows"/>.</summary>
    public const int Shift = 12;

    /// <summary>Rows that share a version.</summary>
    public const int RowsPerVersion = 8;

    /// <summary>Bytes beside the floats.</summary>
    public const long Bytes = Words * sizeof(ulong);

    /// <summary>Words of a bit per page.</summary>
    public const int PageWords = Rows / EmbeddingTable.RowsPerPage / 64;

    const int LineBytes = 64;
    const int BitWords = Rows / 64;
    const int Words = (Rows * 3) + (Rows / RowsPerVersion) + (2 * BitWords) + PageWords + (LineBytes / sizeof(ulong));

    // The array keeps the memory alive and in place; the pointers skip its bounds.
    readonly ulong[] _memory;

    /// <summary>Rows that are all free.</summary>
    /// <param name="width">Floats of a row.</param>
    public RowChunk(int width)
    {
        _memory = GC.AllocateArray<ulong>(Words, pinned: true);
        Values = new float[Rows * width];
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory));
        Keys = (UInt128*)((address + LineBytes - 1) & ~(nuint)(LineBytes - 1));
        Met = (ulong*)(Keys + Rows);
        Versions = Met + Rows;
        Free = new(Versions + (Rows / RowsPerVersion));
        Touched = new(Versions + (Rows / RowsPerVersion) + BitWords);
        ChangedPages = Versions + (Rows / RowsPerVersion) + (2 * BitWords);
        for (var place = 0; place < Rows; place++)
        {
            Free.Add(place);
        }
    }

    /// <summary>Numbers, shape [Rows x width].</summary>
    public float[] Values { get; }

    /// <summary>Ids; zero for a row that is free.</summary>
    public UInt128* Keys { get; }

    /// <summary>Each id's last meeting: its second in the upper half, its number in the lower.</summary>
    public ulong* Met { get; }

    /// <summary>Of <see cref="RowsPerVersion"/> rows: in the lowest byte how many are being written, above it how many were.</summary>
    public ulong* Versions { get; }

    /// <summary>Rows without an id.</summary>
    public RowSet Free { get; }

    /// <summary>Rows written since the last synchronisation.</summary>
    public RowSet Touched { get; }

    /// <summary>A bit per page, in <see cref="PageWords"/>: whether one of its rows is not stored as it is.</summary>
    public ulong* ChangedPages { get; }
}
