using System.Runtime.InteropServices;

namespace Recs.Matching.Graph;

/// <content>How the blocks of clusters are made, grown and exchanged.</content>
public sealed unsafe partial class EdgeTable
{
    ReadOnlySpan<GraphEdge> Admitted(ReadOnlySpan<GraphEdge> edges, int most)
    {
        _refusedCount += Math.Max(0, edges.Length - most);
        return edges.Length > most ? edges[..most] : edges;
    }

    void Fill(EdgeBlock* block, ReadOnlySpan<GraphEdge> edges)
    {
        var sorted = new (int Label, float Affinity)[edges.Length];
        for (var edge = 0; edge < edges.Length; edge++)
        {
            sorted[edge] = (_labels.FindOrAdd(edges[edge].Row), Finite(edges[edge].Affinity));
        }

        Array.Sort(sorted);
        var last = -1;
        foreach (var (label, affinity) in sorted)
        {
            if (label != last)
            {
                EdgeBlock.PutUntried(block, block->Count++, label, affinity);
                last = label;
            }
        }

        Seal(block);
    }

    void Refuse(List<(int Label, float Affinity)> added, int room)
    {
        if (added.Count > room)
        {
            _ = Interlocked.Add(ref _refusedCount, added.Count - room);
            added.RemoveRange(room, added.Count - room);
        }
    }

    static void Append(EdgeBlock* block, List<(int Label, float Affinity)> added)
    {
        var count = block->Count;
        foreach (var (label, affinity) in added)
        {
            block->AffinityFloor = count == 0 ? affinity : Math.Min(block->AffinityFloor, affinity);
            EdgeBlock.PutUntried(block, count++, label, affinity);
        }

        Volatile.Write(ref block->Count, count);
    }

    EdgeBlock* Merged(EdgeBlock* block, List<(int Label, float Affinity)> added)
    {
        var copy = NewBlock(block->Count + added.Count);
        var source = 0;
        foreach (var (label, affinity) in added)
        {
            while (source < block->Count && EdgeBlock.Labels(block)[source] < label)
            {
                EdgeBlock.Copy(block, source++, copy, copy->Count++);
            }

            EdgeBlock.PutUntried(copy, copy->Count++, label, affinity);
        }

        while (source < block->Count)
        {
            EdgeBlock.Copy(block, source++, copy, copy->Count++);
        }

        Seal(copy);
        return copy;
    }

    static EdgeBlock* NewBlock(int edges)
    {
        var capacity = EdgeBlock.RoundedCapacity(edges + (edges / 8) + 1);
        var bytes = EdgeBlock.Bytes(capacity);
        var block = (EdgeBlock*)NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(block, bytes);
        block->Capacity = capacity;
        block->Owned = true;
        return block;
    }

    void Seal(EdgeBlock* block)
    {
        block->Stamp = Epochs.NextStamp();
        var floor = block->Count == 0 ? 0 : float.PositiveInfinity;
        for (var edge = 0; edge < block->Count; edge++)
        {
            floor = Math.Min(floor, EdgeBlock.Records(block)[(4L * edge) + 3]);
        }

        block->AffinityFloor = floor;
    }

    void Replace(int cluster, EdgeBlock* next)
    {
        var previous = (EdgeBlock*)Interlocked.Exchange(ref _blocks[cluster], (nint)next);
        if (previous->Owned)
        {
            Epochs.Retire(previous);
        }
    }
}
