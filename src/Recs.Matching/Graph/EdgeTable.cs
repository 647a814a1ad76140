using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Recs.Matching.Numerics;

namespace Recs.Matching.Graph;

/// <summary>
/// The serving parameters of one graph version: for every cluster its items and the learned sums of those edges, in
/// native memory, written in place while requests read them.
/// </summary>
/// <remarks>
/// <para>Threads: every cluster has one writer at a time; different clusters may be written at once; anybody reads.
/// No reader ever waits. b and d of an edge are one aligned 8-byte store, (E, W, d, x) one aligned 16-byte store
/// (a single access on x86-64 processors with AVX and on Arm v8.4), so a reader sees both numbers of one update or
/// of another, never a mixture.</para>
/// <para>A block that had to be copied is freed when no reader can hold it (<see cref="ReaderEpochs"/>). Writers that
/// may run while the table is disposed hold an <see cref="EpochPin"/> for the length of their batch.</para>
/// </remarks>
public sealed unsafe partial class EdgeTable : IDisposable
{
    readonly nint[] _blocks;
    readonly NativePages _first;
    readonly LabelMap _labels;
    readonly EdgeTableLimits _limits;
    long _edgeCount;
    long _refusedCount;
    volatile bool _disposed;

    /// <summary>Builds the table of a graph; all edges are untried.</summary>
    /// <param name="epochs">The process's reclamation; the same that the readers' workspaces use.</param>
    /// <param name="graph">Shape [clusters][edges]: the edges of each cluster in any order, rows distinct within one.
    /// Edges beyond the limit of a cluster are refused and counted: put the best first.</param>
    /// <param name="limits">Named limits.</param>
    public EdgeTable(ReaderEpochs epochs, IReadOnlyList<ReadOnlyMemory<GraphEdge>> graph, EdgeTableLimits limits)
    {
        Epochs = epochs;
        _limits = limits;
        _labels = new LabelMap(limits.RowsMax);
        _blocks = new nint[graph.Count];
        nuint bytes = 0;
        foreach (var edges in graph)
        {
            bytes += EdgeBlock.Bytes(FirstCapacity(Math.Min(edges.Length, limits.EdgesPerClusterMax)));
        }

        _first = new NativePages(bytes);
        var next = _first.Start;
        for (var cluster = 0; cluster < graph.Count; cluster++)
        {
            var edges = Admitted(graph[cluster].Span, limits.EdgesPerClusterMax);
            var block = (EdgeBlock*)next;
            block->Capacity = FirstCapacity(edges.Length);
            next += EdgeBlock.Bytes(block->Capacity);
            Fill(block, edges);
            _edgeCount += block->Count;
            Volatile.Write(ref _blocks[cluster], (nint)block);
        }

        FirstLabels = _labels.Count;
    }

    /// <summary>Clusters of the graph: cluster ids are in [0, ClusterCount).</summary>
    public int ClusterCount => _blocks.Length;

    /// <summary>Edges in the table.</summary>
    public long EdgeCount => Interlocked.Read(ref _edgeCount);

    /// <summary>Edges refused because their cluster was full.</summary>
    public long RefusedCount => Interlocked.Read(ref _refusedCount);

    /// <summary>Labels given; what a workspace needs room for.</summary>
    internal int LabelCount => _labels.Count;

    internal ReaderEpochs Epochs { get; }

    internal LabelMap Labels => _labels;

    /// <summary>Labels of the items the graph was built with; higher ones came later.</summary>
    internal int FirstLabels { get; }

    /// <summary>Edges of one cluster; 0 after disposal.</summary>
    public int EdgeCountOf(int cluster)
    {
        using var pin = Epochs.Pin();
        var block = Block(cluster);
        return block == null ? 0 : Volatile.Read(ref block->Count);
    }

    /// <summary>Adds an untried edge. A row the table never saw is appended; any other copies the cluster's block.</summary>
    /// <param name="cluster">In [0, <see cref="ClusterCount"/>).</param>
    /// <param name="row">Catalogue row in [0, <see cref="EdgeTableLimits.RowsMax"/>).</param>
    /// <param name="affinity">x = ⟨v_c, v_j⟩; not finite counts as 0.</param>
    public AttachOutcome Attach(int cluster, int row, float affinity)
    {
        var edge = new GraphEdge(row, affinity);
        return Attach(cluster, new ReadOnlySpan<GraphEdge>(in edge)) == 1 ? AttachOutcome.Attached
            : _disposed ? AttachOutcome.Disposed
            : Contains(cluster, row) ? AttachOutcome.AlreadyAttached
            : AttachOutcome.Full;
    }

    /// <summary>Adds untried edges to one cluster, copying its block at most once.</summary>
    /// <returns>Edges added: not those that were there already, nor those refused (counted) or repeated.</returns>
    public int Attach(int cluster, ReadOnlySpan<GraphEdge> edges)
    {
        if (_disposed || edges.IsEmpty)
        {
            return 0;
        }

        var block = Block(cluster);
        var added = new List<(int Label, float Affinity)>(edges.Length);
        foreach (var edge in edges)
        {
            var label = _labels.FindOrAdd(edge.Row);
            if (EdgeBlock.Find(block, block->Count, label) < 0 && !added.Exists(other => other.Label == label))
            {
                added.Add((label, Finite(edge.Affinity)));
            }
        }

        Refuse(added, _limits.EdgesPerClusterMax - block->Count);
        if (added.Count == 0)
        {
            return 0;
        }

        added.Sort();
        var last = block->Count == 0 ? -1 : EdgeBlock.Labels(block)[block->Count - 1];
        if (added[0].Label > last && block->Count + added.Count <= block->Capacity)
        {
            Append(block, added);
        }
        else
        {
            Replace(cluster, Merged(block, added));
        }

        _ = Interlocked.Add(ref _edgeCount, added.Count);
        return added.Count;
    }

    /// <summary>Removes an edge with its sums; false when there is none.</summary>
    public bool Detach(int cluster, int row)
    {
        var block = _disposed ? null : Block(cluster);
        var position = block == null ? -1 : Position(block, row);
        if (position < 0)
        {
            return false;
        }

        var copy = NewBlock(block->Count - 1);
        for (var source = 0; source < block->Count; source++)
        {
            if (source != position)
            {
                EdgeBlock.Copy(block, source, copy, copy->Count++);
            }
        }

        Seal(copy);
        Replace(cluster, copy);
        _ = Interlocked.Decrement(ref _edgeCount);
        return true;
    }

    /// <summary>Puts the sums of an edge where the next request reads them.</summary>
    /// <returns>False when this graph has no such edge: nothing is written.</returns>
    public bool Write(int cluster, int row, in EdgeValue value)
    {
        var place = default(EdgePlace);
        return Write(cluster, row, in value, ref place);
    }

    /// <summary>As the other, and remembers where the edge is: a later write with the same place does not search.</summary>
    public bool Write(int cluster, int row, in EdgeValue value, ref EdgePlace place)
    {
        var block = (EdgeBlock*)_blocks[cluster];
        if (block == null)
        {
            return false;
        }

        if (place.Stamp != block->Stamp && !TryPlace(block, row, ref place))
        {
            return false;
        }

        var position = place.Position;
        Debug.Assert(EdgeBlock.Labels(block)[position] == _labels.Find(row), "a place belongs to one edge");
        Volatile.Write(ref EdgeBlock.Sums(block)[position], Packed(value.B, value.D));
        Vector128.Create(value.E, value.W, value.D, place.Affinity)
            .StoreAligned(EdgeBlock.Records(block) + (4L * position));
        return true;
    }

    /// <summary>Asks the processor to fetch an edge that will be written soon, when it is where it was last time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int cluster, in EdgePlace place)
    {
        var block = (EdgeBlock*)_blocks[cluster];
        if (Sse.IsSupported && block != null && place.Stamp == block->Stamp)
        {
            Sse.Prefetch0(EdgeBlock.Sums(block) + place.Position);
            Sse.Prefetch0(EdgeBlock.Records(block) + (4L * place.Position));
        }
    }

    /// <summary>Reads the sums of an edge. (b, d) belong to one update and (W, E) to one update, perhaps the next.</summary>
    public bool TryRead(int cluster, int row, out EdgeValue value)
    {
        using var pin = Epochs.Pin();
        var block = Block(cluster);
        var position = block == null ? -1 : Position(block, row);
        if (position < 0)
        {
            value = default;
            return false;
        }

        var sums = Volatile.Read(ref EdgeBlock.Sums(block)[position]);
        var record = Vector128.LoadAligned(EdgeBlock.Records(block) + (4L * position));
        value = new EdgeValue(HighOf(sums), LowOf(sums), record[1], record[0]);
        return true;
    }

    /// <summary>Whether the graph has the edge.</summary>
    public bool Contains(int cluster, int row)
    {
        using var pin = Epochs.Pin();
        var block = Block(cluster);
        return block != null && Position(block, row) >= 0;
    }

    /// <summary>Copies the edges of a cluster, in no particular order.</summary>
    /// <returns>How many were copied: all of them, or as many as the destination holds.</returns>
    public int CopyEdges(int cluster, Span<GraphEdge> destination)
    {
        using var pin = Epochs.Pin();
        var block = Block(cluster);
        var count = block == null ? 0 : Math.Min(Volatile.Read(ref block->Count), destination.Length);
        for (var edge = 0; edge < count; edge++)
        {
            var row = _labels.RowOfLabel[EdgeBlock.Labels(block)[edge]];
            destination[edge] = new GraphEdge(row, EdgeBlock.Records(block)[(4L * edge) + 3]);
        }

        return count;
    }

    /// <summary>Takes the table out of service. Requests that are inside finish; its memory is freed after them.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        for (var cluster = 0; cluster < _blocks.Length; cluster++)
        {
            var block = (EdgeBlock*)Interlocked.Exchange(ref _blocks[cluster], 0);
            if (block != null && block->Owned)
            {
                Epochs.Retire(block);
            }
        }

        Epochs.Retire(_first);
        Epochs.Retire(_labels.Pages);
    }

    /// <summary>The block of a cluster, for a pinned reader or the cluster's writer; null after disposal.</summary>
    internal EdgeBlock* Block(int cluster) => (EdgeBlock*)Volatile.Read(ref _blocks[cluster]);

    internal static ulong Packed(float low, float high) =>
        BitConverter.SingleToUInt32Bits(low) | ((ulong)BitConverter.SingleToUInt32Bits(high) << 32);

    internal static float LowOf(ulong packed) => BitConverter.UInt32BitsToSingle((uint)packed);

    internal static float HighOf(ulong packed) => BitConverter.UInt32BitsToSingle((uint)(packed >> 32));

    static int FirstCapacity(int edges) => EdgeBlock.RoundedCapacity(edges + (edges / 16) + 1);

    static float Finite(float affinity) => float.IsFinite(affinity) ? affinity : 0;

    int Position(EdgeBlock* block, int row)
    {
        var label = _labels.Find(row);
        return label < 0 ? -1 : EdgeBlock.Find(block, Volatile.Read(ref block->Count), label);
    }

    bool TryPlace(EdgeBlock* block, int row, ref EdgePlace place)
    {
        var position = Position(block, row);
        if (position < 0)
        {
            return false;
        }

        place.Position = position;
        place.Stamp = block->Stamp;
        place.Affinity = EdgeBlock.Records(block)[(4L * position) + 3];
        return true;
    }
}
