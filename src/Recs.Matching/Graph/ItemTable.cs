using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Recs.Matching.Numerics;

namespace Recs.Matching.Graph;

/// <summary>
/// What serving knows of every item of the catalogue, by row: the live item effect and whether it may be shown.
/// Address space is reserved for the limit and taken as rows are written, so the table grows without moving.
/// </summary>
/// <remarks>
/// One writer per row for the totals and one for the state; anybody reads, nobody waits. (η, 1/(n + L2)) is one aligned
/// 8-byte store, (n, R, P) and the totals of watches one aligned 16-byte store each, every other field an aligned word: none of
/// them tears, though two may be of neighbouring moments.
/// 72 bytes a row, 8 of them read while scoring. Dispose only when no request can be inside.
/// </remarks>
public sealed unsafe class ItemTable : IDisposable
{
    readonly NativePages _effectPages;
    readonly NativePages _linePages;
    readonly ulong* _effects;
    readonly Line* _lines;
    int _rowCount;

    /// <summary>An empty table.</summary>
    /// <param name="rowsMax">Most rows, ≥ 1: rows are in [0, rowsMax).</param>
    /// <param name="shrinkage">L2 &gt; 0 of the item effect, in impressions.</param>
    public ItemTable(int rowsMax, float shrinkage = 4)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsMax, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shrinkage);
        RowsMax = rowsMax;
        Shrinkage = shrinkage;
        _effectPages = new NativePages((nuint)rowsMax * sizeof(ulong));
        _linePages = new NativePages((nuint)rowsMax * (nuint)sizeof(Line));
        _effects = (ulong*)_effectPages.Start;
        _lines = (Line*)_linePages.Start;
    }

    /// <summary>Most rows.</summary>
    public int RowsMax { get; }

    /// <summary>L2: how many impressions the prior belief in an item effect of 0 is worth.</summary>
    public float Shrinkage { get; }

    /// <summary>One more than the greatest row ever written.</summary>
    public int RowCount => Volatile.Read(ref _rowCount);

    internal ulong* Effects => _effects;

    /// <summary>Publishes an item's sums and the effect that follows: η = (R - P)/(n + L2) and 1/(n + L2).</summary>
    public void WriteTotals(int row, in ItemTotals totals)
    {
        var line = Writable(row);
        Vector128.Create(totals.N, totals.R, totals.P, 0).StoreAligned(line->Totals);
        Vector128.Create(totals.Watch.N, totals.Watch.Sum, totals.Watch.Deviations, 0).StoreAligned(line->Watch);
        var inverse = 1 / (totals.N + Shrinkage);
        Volatile.Write(ref _effects[row], EdgeTable.Packed((totals.R - totals.P) * inverse, inverse));
    }

    /// <summary>Publishes what the catalogue says of an item. A row never written may not be shown.</summary>
    public void WriteState(int row, in ItemState state)
    {
        var line = Writable(row);
        _ = Interlocked.CompareExchange(ref _effects[row], EdgeTable.Packed(0, 1 / Shrinkage), 0);
        Volatile.Write(ref line->CreatedAt, state.CreatedAt);
        Volatile.Write(ref line->ExpiresAt, state.ExpiresAt);
        Volatile.Write(ref line->Categories, state.Categories);
        Volatile.Write(ref line->VisibleUntil, state.Available ? state.ExpiresAt : long.MinValue);
    }

    /// <summary>The item's sums; zero when none were written.</summary>
    public ItemTotals ReadTotals(int row)
    {
        var line = Readable(row);
        var totals = Vector128.LoadAligned(line->Totals);
        var watch = Vector128.LoadAligned(line->Watch);
        return new ItemTotals(totals[0], totals[1], totals[2]) { Watch = new(watch[0], watch[1], watch[2]) };
    }

    /// <summary>What the catalogue says of the item; not available when nothing was written.</summary>
    public ItemState ReadState(int row)
    {
        var line = Readable(row);
        return new ItemState(
            Volatile.Read(ref line->VisibleUntil) is not (long.MinValue or 0),
            Volatile.Read(ref line->ExpiresAt),
            Volatile.Read(ref line->CreatedAt),
            Volatile.Read(ref line->Categories));
    }

    /// <summary>The item effect η in reward units, and 1/(n + L2), its variance in units of the reward's.</summary>
    public (float Effect, float Variance) ReadEffect(int row)
    {
        _ = Readable(row);
        var packed = Volatile.Read(ref _effects[row]);
        return packed == 0 ? (0, 1 / Shrinkage) : (EdgeTable.LowOf(packed), EdgeTable.HighOf(packed));
    }

    /// <summary>Whether the item may be shown: available, not expired, and as the filter wants it. Exclusions are not looked at.</summary>
    /// <param name="row">Any row; one outside the table may not be shown.</param>
    /// <param name="eligibility">What the request asks for.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsEligible(int row, in Eligibility eligibility)
    {
        if ((uint)row >= (uint)RowsMax)
        {
            return false;
        }

        var line = _lines + row;
        return eligibility.Now < Volatile.Read(ref line->VisibleUntil)
            && (eligibility.Categories == 0 || (Volatile.Read(ref line->Categories) & eligibility.Categories) != 0)
            && (eligibility.Filter is null || eligibility.Filter.Allows(row));
    }

    /// <summary>Asks the processor to fetch what <see cref="IsEligible"/> will read.</summary>
    internal void Prefetch(int row)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(_lines + row);
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        _effectPages.Dispose();
        _linePages.Dispose();
    }

    Line* Readable(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)RowsMax, nameof(row));
        return _lines + row;
    }

    Line* Writable(int row)
    {
        var line = Readable(row);
        var count = Volatile.Read(ref _rowCount);
        while (count <= row)
        {
            var seen = Interlocked.CompareExchange(ref _rowCount, row + 1, count);
            count = seen == count ? row + 1 : seen;
        }

        return line;
    }

    [StructLayout(LayoutKind.Sequential, Size = 64)]
    struct Line
    {
        public fixed float Totals[4];
        public fixed float Watch[4];
        public long VisibleUntil;
        public long ExpiresAt;
        public long CreatedAt;
        public ulong Categories;
    }
}
