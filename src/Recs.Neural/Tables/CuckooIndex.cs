using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Recs.Neural.Tables;

/// <summary>
/// From hashes of ids to row numbers: a cuckoo table of buckets of 12 slots, 5 bytes each, a bucket in one cache line. An id
/// is in one of two buckets (Pagh and Rodler 2004; buckets of several slots after Dietzfelbinger and Weidling 2007).
/// </summary>
/// <remarks>
/// One writer. A slot is a row and a tag of a byte, which is written last; whoever finds a tag compares the row's id. An id
/// that makes way is written in its new place before the old one is taken, and the count of moves tells a reader that found
/// nothing whether to look again.
/// </remarks>
sealed unsafe class CuckooIndex
{
    /// <summary>Slots of a bucket.</summary>
    public const int Ways = 12;

    /// <summary>Share of the slots that is filled before the index should grow: 97 % fit, but a full table would make way at every third eviction from 90 % on.</summary>
    const double LoadMax = 0.8;

    const int NodesMax = 256;
    const int BucketBytes = 64;

    // The array keeps the memory alive and in place; the pointer skips its bounds.
    readonly ulong[] _memory;
    readonly Bucket* _buckets;
    readonly uint _count;
    int _moves;

    /// <summary>An empty index.</summary>
    /// <param name="buckets">At least 1.</param>
    public CuckooIndex(int buckets)
    {
        _memory = GC.AllocateArray<ulong>((buckets + 1) * (BucketBytes / sizeof(ulong)), pinned: true);
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory));
        _buckets = (Bucket*)((address + BucketBytes - 1) & ~(nuint)(BucketBytes - 1));
        _count = (uint)buckets;
    }

    /// <summary>Buckets.</summary>
    public int Buckets => (int)_count;

    /// <summary>Ids that it should hold at most.</summary>
    public int Capacity => (int)(_count * Ways * LoadMax);

    /// <summary>Bytes held.</summary>
    public long Bytes => (long)_memory.Length * sizeof(ulong);

    /// <summary>Changes while ids make way; odd in the midst of it.</summary>
    public int Moves => Volatile.Read(ref _moves);

    /// <summary>Least buckets whose <see cref="Capacity"/> is a number of ids.</summary>
    public static int BucketsFor(int ids) => (int)(ids / (Ways * LoadMax)) + 1;

    /// <summary>What a slot keeps of a hash; never 0, which is an empty slot's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte TagOf(ulong hash) => (byte)Math.Max(hash * 0x9E3779B97F4A7C15 >> 56, 1);

    /// <summary>The slots of a bucket that have a tag, a bit each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Matches(Bucket* bucket, byte tag) =>
        Vector128.Equals(Vector128.Load(bucket->Tags), Vector128.Create(tag)).ExtractMostSignificantBits() & ((1u << Ways) - 1);

    /// <summary>The first bucket of a hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Bucket* First(ulong hash) => _buckets + ((ulong)(uint)hash * _count >> 32);

    /// <summary>The second bucket of a hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Bucket* Second(ulong hash) => _buckets + ((hash >> 32) * _count >> 32);

    /// <summary>Puts a row in, moving others out of its way.</summary>
    /// <param name="hash">Of the row's id.</param>
    /// <param name="row">Row ≥ 0 that is not in the index.</param>
    /// <param name="hashOf">The hash of a row that is.</param>
    /// <returns>False when no short way was found: the index has to grow.</returns>
    public bool TryAdd(ulong hash, int row, Func<int, ulong> hashOf)
    {
        foreach (var address in (ReadOnlySpan<nuint>)[(nuint)First(hash), (nuint)Second(hash)])
        {
            var bucket = (Bucket*)address;
            var free = Matches(bucket, 0);
            if (free != 0)
            {
                Put(bucket, BitOperations.TrailingZeroCount(free), hash, row);
                return true;
            }
        }

        return TryMakeWay(hash, row, hashOf);
    }

    /// <summary>Takes a row out.</summary>
    public void Remove(ulong hash, int row)
    {
        foreach (var address in (ReadOnlySpan<nuint>)[(nuint)First(hash), (nuint)Second(hash)])
        {
            var bucket = (Bucket*)address;
            for (var ways = Matches(bucket, TagOf(hash)); ways != 0; ways &= ways - 1)
            {
                var way = BitOperations.TrailingZeroCount(ways);
                if (bucket->Rows[way] == row)
                {
                    Volatile.Write(ref bucket->Tags[way], 0);
                    NoteSpilled(bucket, hash, -1);
                    return;
                }
            }
        }
    }

    void Put(Bucket* bucket, int way, ulong hash, int row)
    {
        NoteSpilled(bucket, hash, 1);
        Volatile.Write(ref bucket->Rows[way], row);
        Volatile.Write(ref bucket->Tags[way], TagOf(hash));
    }

    void NoteSpilled(Bucket* bucket, ulong hash, int change)
    {
        var first = First(hash);
        if (bucket != first)
        {
            Volatile.Write(ref first->Spilled, first->Spilled + change);
        }
    }

    /// <summary>Breadth first, so that few move (Li et al., EuroSys 2014): every node is a slot whose occupant could go on.</summary>
    bool TryMakeWay(ulong hash, int row, Func<int, ulong> hashOf)
    {
        var nodes = stackalloc Node[NodesMax];
        var count = 0;
        Spread(First(hash), -1);
        Spread(Second(hash), -1);
        for (var node = 0; node < count; node++)
        {
            var occupant = hashOf(nodes[node].Bucket->Rows[nodes[node].Way]);
            var other = First(occupant) == nodes[node].Bucket ? Second(occupant) : First(occupant);
            var free = Matches(other, 0);
            if (free != 0)
            {
                Move(nodes, node, new(other, BitOperations.TrailingZeroCount(free), -1), hash, row, hashOf);
                return true;
            }

            Spread(other, node);
        }

        return false;

        void Spread(Bucket* bucket, int parent)
        {
            for (var way = 0; way < Ways && count < NodesMax; way++)
            {
                nodes[count++] = new(bucket, way, parent);
            }
        }
    }

    void Move(Node* nodes, int node, Node free, ulong hash, int row, Func<int, ulong> hashOf)
    {
        Volatile.Write(ref _moves, _moves + 1);
        for (; node >= 0; node = free.Parent)
        {
            var from = nodes[node];
            var mover = from.Bucket->Rows[from.Way];
            Put(free.Bucket, free.Way, hashOf(mover), mover);
            NoteSpilled(from.Bucket, hashOf(mover), -1);
            free = from;
        }

        Put(free.Bucket, free.Way, hash, row);
        Volatile.Write(ref _moves, _moves + 1);
    }

    readonly struct Node(Bucket* bucket, int way, int parent)
    {
        public readonly Bucket* Bucket = bucket;
        public readonly int Way = way;
        public readonly int Parent = parent;
    }

    /// <summary>A cache line.</summary>
    [StructLayout(LayoutKind.Sequential, Size = BucketBytes)]
    public struct Bucket
    {
        /// <summary>Rows by slot.</summary>
        public fixed int Rows[Ways];

        /// <summary>Tags by slot; 0 of an empty one.</summary>
        public fixed byte Tags[Ways];

        /// <summary>Ids whose first bucket this is and that are in their second: without any, nobody has to look there.</summary>
        public int Spilled;
    }
}
