using System.Runtime.InteropServices;

namespace Recs.Neural.Online;

/// <summary>Rows that a <see cref="RowShard"/> gave for the examples of a block, to be stepped in place and pushed back.</summary>
/// <remarks>Grows as needed and is used again: a block like the one before allocates nothing.</remarks>
public sealed class PulledRows
{
    /// <summary>In place of an offset: the id has no row.</summary>
    public const int None = -1;

    int[] _offsets = [];
    float[] _rows = [];
    int _offsetCount;
    int _floats;

    /// <summary>Where each meeting's row begins in <see cref="Rows"/>, or <see cref="None"/>; shape [meetings], in their order.</summary>
    public ReadOnlySpan<int> Offsets => _offsets.AsSpan(0, _offsetCount);

    /// <summary>The rows, one after the other.</summary>
    public Span<float> Rows => _rows.AsSpan(0, _floats);

    /// <summary>Empties it.</summary>
    public void Clear() => (_offsetCount, _floats) = (0, 0);

    /// <summary>Takes what came over the wire: raw offsets and raw rows.</summary>
    public void Take(ReadOnlySpan<byte> offsets, ReadOnlySpan<byte> rows)
    {
        Clear();
        MemoryMarshal.Cast<byte, int>(offsets).CopyTo(Grown(ref _offsets, ref _offsetCount, offsets.Length / sizeof(int)));
        MemoryMarshal.Cast<byte, float>(rows).CopyTo(Grown(ref _rows, ref _floats, rows.Length / sizeof(float)));
    }

    /// <summary>Notes where the next meeting's row is.</summary>
    internal void AddOffset(int offset) => Grown(ref _offsets, ref _offsetCount, 1)[0] = offset;

    /// <summary>Appends a row.</summary>
    /// <returns>Where it begins.</returns>
    internal int AddRow(ReadOnlySpan<float> row)
    {
        var offset = _floats;
        row.CopyTo(Grown(ref _rows, ref _floats, row.Length));
        return offset;
    }

    static Span<T> Grown<T>(ref T[] array, ref int used, int more)
    {
        if (array.Length < used + more)
        {
            Array.Resize(ref array, Math.Max(used + more, 2 * array.Length));
        }

        used += more;
        return array.AsSpan(used - more, more);
    }
}
