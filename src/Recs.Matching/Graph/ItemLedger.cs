using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Recs.Matching.Numerics;

namespace Recs.Matching.Graph;

/// <summary>The master statistics of a shard's items: an open-addressing table from row to <see cref="ItemStatistics"/>.</summary>
/// <remarks>Linear probing, at most three quarters full, doubling. Warm adds do not allocate. One thread at a time.</remarks>
public sealed unsafe class ItemLedger : IDisposable
{
    const int CapacityMin = 64;

    NativePages _pages;
    ItemStatistics* _entries;
    int _mask;

    /// <summary>An empty ledger with room for the given number of items before it grows.</summary>
    public ItemLedger(int items = 0)
    {
        var capacity = CapacityMin;
        while (capacity / 4 * 3 < items)
        {
            capacity = checked(capacity * 2);
        }

        Allocate(capacity);
    }

    /// <summary>Items with statistics.</summary>
    public int Count { get; private set; }

    /// <summary>The statistics of an item, zero when new; the reference is valid until the next call that creates one.</summary>
    /// <param name="row">Catalogue row, ≥ 0.</param>
    public ref ItemStatistics At(int row)
    {
        Debug.Assert(row >= 0, "rows are dense");
        var index = Probe(row + 1L);
        if (_entries[index].Key == 0)
        {
            if (Count >= (_mask + 1L) / 4 * 3)
            {
                Grow();
                index = Probe(row + 1L);
            }

            Count++;
            _entries[index].Key = row + 1L;
        }

        return ref _entries[index];
    }

    /// <summary>The statistics of an item, or a null reference (<c>Unsafe.IsNullRef</c>) when it has none.</summary>
    public ref ItemStatistics Find(int row)
    {
        var index = Probe(row + 1L);
        return ref _entries[index].Key != 0 ? ref _entries[index] : ref Unsafe.NullRef<ItemStatistics>();
    }

    /// <summary>Copies all statistics, in no particular order.</summary>
    /// <returns>How many were copied; at most the destination's length.</returns>
    public int CopyAll(Span<ItemStatistics> destination)
    {
        var count = 0;
        for (var index = 0; index <= _mask && count < destination.Length; index++)
        {
            if (_entries[index].Key != 0)
            {
                destination[count++] = _entries[index];
            }
        }

        return count;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _pages.Dispose();

    int Probe(long key)
    {
        var index = (int)(((ulong)key * 0x9E3779B97F4A7C15) >> 32) & _mask;
        while (_entries[index].Key != key && _entries[index].Key != 0)
        {
            index = (index + 1) & _mask;
        }

        return index;
    }

    void Grow()
    {
        var previous = _pages;
        var entries = _entries;
        var capacity = _mask + 1;
        Allocate(checked(capacity * 2));
        for (var index = 0; index < capacity; index++)
        {
            if (entries[index].Key != 0)
            {
                _entries[Probe(entries[index].Key)] = entries[index];
            }
        }

        previous.Dispose();
    }

    [MemberNotNull(nameof(_pages))]
    void Allocate(int capacity)
    {
        _pages = new NativePages((nuint)capacity * (nuint)sizeof(ItemStatistics));
        _entries = (ItemStatistics*)_pages.Start;
        _mask = capacity - 1;
    }
}
