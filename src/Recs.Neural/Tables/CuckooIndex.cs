using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Recs.Neural.Tables;

/// <summary>
/// From hashes of ids to row numbers: a cuckoo table of buckets of 4 slots, 8 bytes each, a bucket in half a cache line.
/// An id is in one of two buckets (Pagh and Rodler 2004; buckets of several slots after Dietzfelbinger and Weidling 2007).
/// </summary>
/// <remarks>
/// One writer. A slot is a 32-bit tag and a row, written at once; whoever finds a tag compares the row's id. An id that makes
/// way is written in its new place before the old one is cleared, and the count of moves tells a reader that found nothing
/// whether to look again.
/// </remarks>
sealed unsafe class CuckooIndex
{
    /// <summary>Slots of a bucket.</summary>
    public const int Ways = 4;

    const int NodesMax = 256;
    const int LineBytes = 64;

    // The array keeps the memory alive and in place; the pointer skips its bounds.
    readonly ulong[] _memory;
    readonly ulong* _slots;
    readonly uint _mask;
    int _moves;

    /// <summary>An empty index.</summary>
    /// <param name="buckets">A power of two.</param>
    public CuckooIndex(int buckets)
    {
        _memory = GC.AllocateArray<ulong>((buckets * Ways) + (LineBytes / sizeof(ulong)), pinned: true);
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory));
        _slots = (ulong*)((address + LineBytes - 1) & ~(nuint)(LineBytes - 1));
        _mask = (uint)buckets - 1;
    }

    /// <summary>Buckets.</summary>
    public int Buckets => (int)_mask + 1;

    /// <summary>Bytes held.</summary>
    public long Bytes => (long)_memory.Length * sizeof(ulong);

    /// <summary>Changes while ids make way; odd in the midst of it.</summary>
    public int Moves => Volatile.Read(ref _moves);

    /// <summary>The slot of a row by the tag and bucket of a hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint TagOf(ulong hash) => (uint)(hash * 0x9E3779B97F4A7C15 >> 32);

    /// <summary>The first bucket of a hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong* First(ulong hash) => _slots + (((uint)hash & _mask) * Ways);

    /// <summary>The second bucket of a hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong* Second(ulong hash) => _slots + (((uint)(hash >> 32) & _mask) * Ways);

    /// <summary>Puts a row in, moving others out of its way.</summary>
    /// <param name="hash">Of the row's id.</param>
    /// <param name="row">Row ≥ 0 that is not in the index.</param>
    /// <param name="hashOf">The hash of a row that is.</param>
    /// <returns>False when no short way was found: the index has to grow.</returns>
    public bool TryAdd(ulong hash, int row, Func<int, ulong> hashOf)
    {
        var slot = Pack(hash, row);
        return TryPut(First(hash), slot) || TryPut(Second(hash), slot) || TryMakeWay(hash, slot, hashOf);
    }

    /// <summary>Takes a row out.</summary>
    public void Remove(ulong hash, int row)
    {
        var slot = Pack(hash, row);
        foreach (var bucket in (ReadOnlySpan<nuint>)[(nuint)First(hash), (nuint)Second(hash)])
        {
            for (var way = 0; way < Ways; way++)
            {
                if (((ulong*)bucket)[way] == slot)
                {
                    Volatile.Write(ref ((ulong*)bucket)[way], 0);
                    return;
                }
            }
        }
    }

    /// <summary>Row in a slot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int RowOf(ulong slot) => (int)(uint)slot - 1;

    static ulong Pack(ulong hash, int row) => ((ulong)TagOf(hash) << 32) | (uint)(row + 1);

    static bool TryPut(ulong* bucket, ulong slot)
    {
        for (var way = 0; way < Ways; way++)
        {
            if (bucket[way] == 0)
            {
                Volatile.Write(ref bucket[way], slot);
                return true;
            }
        }

        return false;
    }

    /// <summary>Breadth first, so that few move (Li et al., EuroSys 2014): every node is a slot whose occupant could go on.</summary>
    bool TryMakeWay(ulong hash, ulong slot, Func<int, ulong> hashOf)
    {
        var slots = stackalloc ulong*[NodesMax];
        var parents = stackalloc int[NodesMax];
        var count = 0;
        Spread(First(hash), -1);
        Spread(Second(hash), -1);
        for (var node = 0; node < count; node++)
        {
            var occupant = hashOf(RowOf(*slots[node]));
            var bucket = (slots[node] - _slots) / Ways;
            var other = (First(occupant) - _slots) / Ways == bucket ? Second(occupant) : First(occupant);
            for (var way = 0; way < Ways; way++)
            {
                if (other[way] == 0)
                {
                    Move(slots, parents, node, &other[way], slot);
                    return true;
                }
            }

            Spread(other, node);
        }

        return false;

        void Spread(ulong* bucket, int parent)
        {
            for (var way = 0; way < Ways && count < NodesMax; way++)
            {
                slots[count] = &bucket[way];
                parents[count++] = parent;
            }
        }
    }

    void Move(ulong** slots, int* parents, int node, ulong* free, ulong slot)
    {
        Volatile.Write(ref _moves, _moves + 1);
        for (; node >= 0; node = parents[node])
        {
            Volatile.Write(ref *free, *slots[node]);
            free = slots[node];
        }

        Volatile.Write(ref *free, slot);
        Volatile.Write(ref _moves, _moves + 1);
    }
}
