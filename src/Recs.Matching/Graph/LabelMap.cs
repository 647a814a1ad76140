using Recs.Matching.Numerics;

namespace Recs.Matching.Graph;

/// <summary>
/// The two-way map between catalogue rows and a table's labels. Labels are given in the order in which clusters name
/// items, so items of one cluster lie near each other in whatever is indexed by label.
/// </summary>
/// <remarks>Readers take no lock; labels are given under one. A label is readable before any block holds it.</remarks>
sealed unsafe class LabelMap
{
    readonly int* _labelOfRow;
    readonly int* _rowOfLabel;
    readonly Lock _gate = new();
    int _count;

    public LabelMap(int rowsMax)
    {
        RowsMax = rowsMax;
        Pages = new NativePages((nuint)rowsMax * 8);
        _labelOfRow = (int*)Pages.Start;
        _rowOfLabel = _labelOfRow + rowsMax;
    }

    public NativePages Pages { get; }

    public int RowsMax { get; }

    /// <summary>Labels given so far: labels are in [0, Count).</summary>
    public int Count => Volatile.Read(ref _count);

    public int* RowOfLabel => _rowOfLabel;

    /// <summary>The label of a row, or -1 when no edge ever named it.</summary>
    public int Find(int row) => (uint)row < (uint)RowsMax ? Volatile.Read(ref _labelOfRow[row]) - 1 : -1;

    public int FindOrAdd(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)RowsMax, nameof(row));
        var label = Find(row);
        if (label >= 0)
        {
            return label;
        }

        lock (_gate)
        {
            label = Find(row);
            if (label < 0)
            {
                label = _count;
                _rowOfLabel[label] = row;
                Volatile.Write(ref _count, label + 1);
                Volatile.Write(ref _labelOfRow[row], label + 1);
            }

            return label;
        }
    }
}
