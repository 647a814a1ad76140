using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Recs.Matching.Numerics;

namespace Recs.Matching.Graph;

/// <summary>
/// The master statistics of a shard's edges: an open-addressing table from (cluster, row) to
/// <see cref="EdgeStatistics"/>, one cache line an edge, in native memory.
/// </summary>
/// <remarks>
/// Linear probing over a mixed key, at most three quarters full, doubling; growth rehashes all (about 40 ns an edge),
/// anything else is O(1) and does not allocate. Edges are never removed: a new graph version gets a new ledger. One
/// thread at a time.
/// </remarks>
public sealed unsafe class EdgeLedger : IDisposable
{
    const int CapacityMin = 64;
    const int NoEntry = -1;

    NativePages _pages;
    EdgeStatistics* _entries;
    int _mask;
    int[] _heads = [];

    /// <summary>An empty ledger with room for the given number of edges before it grows.</summary>
    public EdgeLedger(int edges = 0)
    {
        var capacity = CapacityMin;
        while (capacity / 4 * 3 < edges)
        {
            capacity = checked(capacity * 2);
        }

        Allocate(capacity);
    }

    /// <summary>Edges with statistics.</summary>
    public int Count { get; private set; }

    /// <summary>Clusters that may have edges: ids in [0, ClusterBound).</summary>
    public int ClusterBound => _heads.Length;

    /// <summary>Memory in bytes.</summary>
    public long Bytes => (long)_pages.Bytes;

    /// <summary>
    /// The statistics of an edge, all zero when it is new. The reference is valid until the next call that creates
    /// an edge.
    /// </summary>
    /// <param name="cluster">Global cluster id, ≥ 0.</param>
    /// <param name="row">Catalogue row, ≥ 0.</param>
    public ref EdgeStatistics At(int cluster, int row)
    {
        Debug.Assert(cluster >= 0 && row >= 0, "ids are dense");
        var key = KeyOf(cluster, row);
        var entry = _entries + Probe(key);
        if (entry->Key != key)
        {
            entry = Insert(cluster, key);
        }

        return ref *entry;
    }

    /// <summary>The statistics of an edge, or a null reference (<c>Unsafe.IsNullRef</c>) when it has none.</summary>
    public ref EdgeStatistics Find(int cluster, int row)
    {
        var key = KeyOf(cluster, row);
        var entry = _entries + Probe(key);
        return ref entry->Key == key ? ref *entry : ref Unsafe.NullRef<EdgeStatistics>();
    }

    /// <summary>Asks the processor to fetch an edge that will be added to soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int cluster, int row)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(_entries + (Mix(KeyOf(cluster, row)) & (uint)_mask));
        }
    }

    /// <summary>Copies the statistics of a cluster's edges, newest edge first.</summary>
    /// <returns>How many were copied; at most the destination's length.</returns>
    public int CopyCluster(int cluster, Span<EdgeStatistics> destination)
    {
        var count = 0;
        for (var entry = Head(cluster); entry != NoEntry && count < destination.Length; entry = _entries[entry].Next)
        {
            destination[count++] = _entries[entry];
        }

        return count;
    }

    /// <summary>Number of a cluster's edges. O(edges of the cluster).</summary>
    public int CountOf(int cluster)
    {
        var count = 0;
        for (var entry = Head(cluster); entry != NoEntry; entry = _entries[entry].Next)
        {
            count++;
        }

        return count;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _pages.Dispose();

    static ulong KeyOf(int cluster, int row) => ((ulong)(uint)(cluster + 1) << 32) | (uint)row;

    /// <summary>
    /// Finaliser of MurmurHash3: every bit of the key moves every bit of the result. Folding the halves instead would
    /// put cluster c, row j and cluster j, row c in one place.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static uint Mix(ulong key)
    {
        key = (key ^ (key >> 33)) * 0xFF51AFD7ED558CCD;
        key = (key ^ (key >> 33)) * 0xC4CEB9FE1A85EC53;
        return (uint)(key >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    int Probe(ulong key)
    {
        var index = (int)(Mix(key) & (uint)_mask);
        while (_entries[index].Key != key && _entries[index].Key != 0)
        {
            index = (index + 1) & _mask;
        }

        return index;
    }

    int Head(int cluster) => (uint)cluster < (uint)_heads.Length ? _heads[cluster] : NoEntry;

    EdgeStatistics* Insert(int cluster, ulong key)
    {
        if (Count >= (_mask + 1L) / 4 * 3)
        {
            Grow();
        }

        if (cluster >= _heads.Length)
        {
            var heads = _heads.Length;
            Array.Resize(ref _heads, Math.Max(cluster + 1, heads * 2));
            _heads.AsSpan(heads).Fill(NoEntry);
        }

        Count++;
        return Link(Probe(key), cluster, key);
    }

    EdgeStatistics* Link(int index, int cluster, ulong key)
    {
        var entry = _entries + index;
        entry->Key = key;
        entry->Next = _heads[cluster];
        _heads[cluster] = index;
        return entry;
    }

    void Grow()
    {
        var previous = _pages;
        var entries = _entries;
        var capacity = _mask + 1;
        Allocate(checked(capacity * 2));
        _heads.AsSpan().Fill(NoEntry);
        for (var index = 0; index < capacity; index++)
        {
            var old = entries + index;
            if (old->Key != 0)
            {
                var slot = Probe(old->Key);
                _entries[slot] = *old;
                _ = Link(slot, old->Cluster, old->Key);
            }
        }

        previous.Dispose();
    }

    [MemberNotNull(nameof(_pages))]
    void Allocate(int capacity)
    {
        _pages = new NativePages((nuint)capacity * (nuint)sizeof(EdgeStatistics));
        _entries = (EdgeStatistics*)_pages.Start;
        _mask = capacity - 1;
    }
}
