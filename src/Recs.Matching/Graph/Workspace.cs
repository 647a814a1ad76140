using System.Diagnostics;
using Recs.Matching.Numerics;

namespace Recs.Matching.Graph;

/// <summary>
/// All scratch memory of one request at a time. It grows to what the largest request needed and then never allocates.
/// </summary>
/// <remarks>
/// Not thread-safe: rent one per request. Items met by a request get consecutive <i>slots</i>; everything but the map
/// from labels to slots is indexed by slot, so a request touches memory in proportion to its own edges and not to
/// the catalogue. The map is never cleared: slots carry on counting from one request to the next, and a number
/// at or below the base is of an earlier request.
/// </remarks>
public sealed unsafe class Workspace : IDisposable
{
    /// <summary>Edges whose contributions are computed before they are added to their items.</summary>
    internal const int ChunkEdges = 256;

    const int BaseMax = 1 << 30;
    /// <summary>
    /// Keeps the same slot of two arrays from sharing its low address bits, or a store to one holds up the load of
    /// the other.
    /// </summary>
    const int Skew = 10 * 64;

    const int SlotBytes = 8 + 16 + 4 + 8 + 8 + 4;

    readonly ReaderEpochs _epochs;
    readonly int _reader;
    readonly NativePages _chunk = new((ChunkEdges + 8) * 20);
    NativePages _slotPages = new(64);
    NativePages _labelPages = new(64);
    NativePages _userPages = new(64);
    NativePages _rowPages = new(64);
    int _slotCapacity;
    int _labelCapacity;
    int _userCapacity;
    int _rowCapacity;

    /// <summary>A workspace that reads tables of the given process.</summary>
    public Workspace(ReaderEpochs epochs)
    {
        _epochs = epochs;
        _reader = epochs.Claim();
        EnsureSlots(1024);
    }

    /// <summary>
    /// Items of the last scoring call that were tied with those of <see cref="Slates.Candidate.IsTied"/> and found no room.
    /// </summary>
    public int TiedOut { get; internal set; }

    /// <summary>Per label: base + slot + 1 when this request met the item.</summary>
    internal int* SlotOfLabel => (int*)_labelPages.Start;

    /// <summary>Per slot: label (or row) in the low half, bit 32 + k when active cluster k has the edge.</summary>
    internal ulong* Marks { get; private set; }

    /// <summary>Per slot: the accumulated sums, 2 floats (diagonal) or 4 (hierarchical).</summary>
    internal float* Sums { get; private set; }

    internal float* Scores { get; private set; }

    internal ulong* Effects { get; private set; }

    /// <summary>Sort keys of the chosen slots.</summary>
    internal ulong* Keys { get; private set; }

    internal int* Chosen { get; private set; }

    /// <summary>Greatest score of every sixteen slots.</summary>
    internal float* GroupMaxima { get; private set; }

    internal float* Chunk => (float*)_chunk.Start;

    /// <summary>The slots of a chunk's edges, counted as the map does.</summary>
    internal int* ChunkSlots => (int*)(_chunk.Start + ((ChunkEdges + 8) * 16));

    internal float* User => (float*)_userPages.Start;

    internal int LabelCapacity => _labelCapacity;

    /// <summary>One bit per row, all zero between uses.</summary>
    internal ulong* RowBits => (ulong*)_rowPages.Start;

    /// <summary>The blocks of the active clusters, as found at the start: 0 where there is nothing to read.</summary>
    internal nint[] Blocks { get; } = new nint[EdgeScorer.ClustersMax];

    /// <summary>Edges in each of those blocks at that moment.</summary>
    internal int[] Counts { get; } = new int[EdgeScorer.ClustersMax];

    /// <summary>Slots numbered by earlier requests.</summary>
    internal int Base { get; private set; }

    /// <summary>Gives the memory and the reader's place back.</summary>
    public void Dispose()
    {
        _epochs.Release(_reader);
        _chunk.Dispose();
        _slotPages.Dispose();
        _labelPages.Dispose();
        _userPages.Dispose();
        _rowPages.Dispose();
    }

    internal void Enter(ReaderEpochs epochs)
    {
        Debug.Assert(ReferenceEquals(epochs, _epochs), "tables and workspaces of a process share their epochs");
        _epochs.Enter(_reader);
    }

    internal void Exit() => _epochs.Exit(_reader);

    /// <summary>Room for a request that meets at most so many items. Marks and sums are zero.</summary>
    internal void EnsureSlots(int slots)
    {
        if (slots <= _slotCapacity)
        {
            return;
        }

        var capacity = (int)Math.Min(Math.Max((long)slots, 2L * _slotCapacity) + 127, int.MaxValue) & ~127;
        _slotPages.Dispose();
        _slotPages = new NativePages(((nuint)capacity * SlotBytes) + ((nuint)capacity / 4) + (6 * Skew));
        var next = _slotPages.Start;
        Sums = (float*)Take(ref next, 16L * capacity);
        Marks = (ulong*)Take(ref next, 8L * capacity);
        Effects = (ulong*)Take(ref next, 8L * capacity);
        Keys = (ulong*)Take(ref next, 8L * capacity);
        Scores = (float*)Take(ref next, 4L * capacity);
        Chosen = (int*)Take(ref next, 4L * capacity);
        GroupMaxima = (float*)next;
        _slotCapacity = capacity;
    }

    /// <summary>Room for the labels of a table. A label of no request so far is below the base.</summary>
    internal void EnsureLabels(int labels)
    {
        if (labels > _labelCapacity)
        {
            _labelCapacity = (labels + (labels / 4) + 1023) & ~1023;
            _labelPages.Dispose();
            _labelPages = new NativePages((nuint)_labelCapacity * sizeof(int));
            Base = 0;
        }

        if (Base > BaseMax)
        {
            new Span<int>(SlotOfLabel, _labelCapacity).Clear();
            Base = 0;
        }
    }

    /// <summary>Room for one bit per row.</summary>
    internal void EnsureRows(int rows)
    {
        if (rows > _rowCapacity)
        {
            _rowPages.Dispose();
            _rowPages = new NativePages(((nuint)rows / 8) + 8);
            _rowCapacity = rows;
        }
    }

    /// <summary>Keeps a copy of the viewer's vector, zero-padded to whole vectors of 8.</summary>
    internal void SetUser(ReadOnlySpan<float> user)
    {
        var padded = (user.Length + 7) & ~7;
        if (padded > _userCapacity)
        {
            _userPages.Dispose();
            _userPages = new NativePages((nuint)padded * sizeof(float));
            _userCapacity = padded;
        }

        var copy = new Span<float>(User, padded);
        user.CopyTo(copy);
        copy[user.Length..].Clear();
    }

    /// <summary>Ends a request that used so many slots: its marks and sums are zero again.</summary>
    internal void Clear(int slots, int floatsPerSlot, bool wereMarked)
    {
        new Span<float>(Sums, slots * floatsPerSlot).Clear();
        if (!wereMarked)
        {
            return;
        }

        new Span<ulong>(Marks, slots).Clear();
        Base += slots;
    }

    static byte* Take(ref byte* next, long bytes)
    {
        var taken = next;
        next += bytes + Skew;
        return taken;
    }
}
