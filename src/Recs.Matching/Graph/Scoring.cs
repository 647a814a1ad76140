using System.Runtime.Intrinsics.X86;
using Recs.Matching.Numerics;
using Recs.Matching.Slates;

namespace Recs.Matching.Graph;

/// <summary>One scoring call: accumulate or gather, exclude, score, keep the best, clear.</summary>
unsafe ref partial struct Scoring(
    EdgeTable table,
    ItemTable items,
    VectorTable? vectors,
    ScoringOptions options,
    Eligibility eligibility,
    Workspace work,
    Layer source)
{
    /// <summary>Edges passed over in the time of one step of a lookup, about.</summary>
    const int LookupCost = 16;

    const int PrefetchAhead = 6;

    readonly Eligibility _eligibility = eligibility;
    readonly bool _isHierarchical = options.IsHierarchical;
    SlotIndex _index;
    int _active;
    int _slots;
    float _affinity;

    readonly int Width => _isHierarchical ? HierKernel.Width : DiagKernel.Width;

    /// <summary>Refuses arguments that do not fit together, and keeps the viewer's vector.</summary>
    public readonly void Check(ReadOnlySpan<int> clusters, ReadOnlySpan<float> weights, ReadOnlySpan<float> user)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(clusters.Length, EdgeScorer.ClustersMax, nameof(clusters));
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, clusters.Length, nameof(weights));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(table.Labels.RowsMax, items.RowsMax, nameof(items));
        options.Check();
        if (vectors is not null)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(user.Length, vectors.Dimensions, nameof(user));
            work.SetUser(user);
        }
    }

    /// <summary>Adds up the edges of the active clusters, a slot for every item met.</summary>
    public void Accumulate(ReadOnlySpan<int> clusters, ReadOnlySpan<float> weights)
    {
        var edges = Open(clusters, weights);
        _index = new SlotIndex(work, table.Labels.RowOfLabel);
        if (!options.NormaliseByMatchedEdges && edges > 0)
        {
            _index.TryWindow(clusters.Length, edges, table.FirstLabels);
        }

        work.EnsureSlots(_index.IsWindow ? _index.WindowSlots : edges);
        work.EnsureLabels(table.LabelCount);
        _slots = _index.IsWindow ? _index.WindowSlots : 0;
        for (var active = 0; active < clusters.Length; active++)
        {
            for (var start = 0; start < work.Counts[active]; start += Workspace.ChunkEdges)
            {
                var count = Math.Min(Workspace.ChunkEdges, work.Counts[active] - start);
                if (active + 1 < clusters.Length)
                {
                    PrefetchChunk(active + 1, start);
                }

                Contribute((EdgeBlock*)work.Blocks[active], start, count, weights[active]);
                if (_index.IsWindow)
                {
                    AddToWindow(active, start, count);
                }
                else
                {
                    AddToSlots(active, start, count);
                }
            }
        }
    }

    /// <summary>Gives every listed row a slot and adds up its edges in the active clusters.</summary>
    public void Gather(ReadOnlySpan<int> clusters, ReadOnlySpan<float> weights, ReadOnlySpan<int> rows)
    {
        var edges = Open(clusters, weights);
        work.EnsureSlots(rows.Length);
        work.EnsureLabels(table.LabelCount);
        work.EnsureRows(items.RowsMax);
        _index = new SlotIndex(work, null);
        _slots = rows.Length;
        for (var slot = 0; slot < rows.Length; slot++)
        {
            work.Marks[slot] = (uint)rows[slot];
        }

        if ((long)rows.Length * clusters.Length * LookupCost < edges)
        {
            LookUp(weights, rows);
        }
        else
        {
            PassOver(weights, rows);
        }

        for (var slot = 0; slot < rows.Length; slot++)
        {
            if ((uint)rows[slot] >= (uint)items.RowsMax)
            {
                work.Sums[(long)slot * Width] = float.NaN;
                work.Marks[slot] = 0;
            }
            else if (_isHierarchical)
            {
                work.Sums[(4L * slot) + 3] = Dot(rows[slot]);
            }
        }

        _affinity = 0;
    }

    /// <summary>Spoils the sums of excluded items: a NaN never wins.</summary>
    public readonly void Exclude()
    {
        if (_index.IsByRow)
        {
            ExcludeListed();
            return;
        }

        foreach (var row in _eligibility.Excluded)
        {
            var slot = _index.SlotOf(table.Labels.Find(row));
            if (slot >= 0)
            {
                work.Sums[(long)slot * Width] = float.NaN;
            }
        }
    }

    /// <summary>Scores every slot.</summary>
    public readonly void Score()
    {
        if (!_isHierarchical)
        {
            DiagKernel.Scores(work.Sums, _slots, options.Alpha, _index.IsWindow, work.Scores);
            if (options.NormaliseByMatchedEdges)
            {
                DiagKernel.Normalise(work.Marks, _slots, work.Scores);
            }

            return;
        }

        _index.Gather(_slots, items.Effects);
        HierKernel.Scores(work.Sums, work.Effects, _slots, _affinity, options, _index.IsWindow, work.Scores);
    }

    /// <summary>Leaves the workspace as the next request expects it.</summary>
    public readonly void Finish() => work.Clear(_slots, Width, !_index.IsWindow);

    /// <summary>Finds the blocks to read and what an item without any edge has of the affinity.</summary>
    /// <returns>Edges to read.</returns>
    int Open(ReadOnlySpan<int> clusters, ReadOnlySpan<float> weights)
    {
        _active = clusters.Length;
        var edges = 0;
        for (var active = 0; active < clusters.Length; active++)
        {
            var isKnown = (uint)clusters[active] < (uint)table.ClusterCount && weights[active] > 0;
            var block = isKnown ? table.Block(clusters[active]) : null;
            work.Blocks[active] = (nint)block;
            work.Counts[active] = block == null ? 0 : Volatile.Read(ref block->Count);
            edges += work.Counts[active];
            _affinity += block == null ? 0 : weights[active] * block->AffinityFloor;
        }

        return edges;
    }

    /// <summary>
    /// Blocks are a few pages each, too short for the processor's own prefetching: ask for the same chunk of the next
    /// cluster while this one's is worked on.
    /// </summary>
    readonly void PrefetchChunk(int active, int start)
    {
        var block = (EdgeBlock*)work.Blocks[active];
        var count = Math.Min(Workspace.ChunkEdges, work.Counts[active] - start);
        if (Sse.IsSupported && count > 0)
        {
            PrefetchLines((byte*)(EdgeBlock.Labels(block) + start), count * sizeof(int));
            if (_isHierarchical)
            {
                PrefetchLines((byte*)(EdgeBlock.Records(block) + (4L * start)), count * 16);
            }
            else
            {
                PrefetchLines((byte*)(EdgeBlock.Sums(block) + start), count * sizeof(ulong));
            }
        }
    }

    static void PrefetchLines(byte* from, int bytes)
    {
        for (var at = 0; at < bytes; at += 64)
        {
            Sse.Prefetch0(from + at);
        }
    }

    readonly void Contribute(EdgeBlock* block, int start, int count, float weight)
    {
        if (_isHierarchical)
        {
            var records = EdgeBlock.Records(block) + (4L * start);
            HierKernel.Contributions(
                records, count, weight, options.EdgeShrinkage, block->AffinityFloor, work.Chunk);
        }
        else
        {
            DiagKernel.Contributions(EdgeBlock.Sums(block) + start, count, weight, options, work.Chunk);
        }
    }

    void AddToSlots(int active, int start, int count)
    {
        var labels = EdgeBlock.Labels((EdgeBlock*)work.Blocks[active]) + start;
        var bit = 1UL << (32 + active);
        _slots = SlotScatter.FindSlots(labels, count, work, _slots);
        if (_isHierarchical)
        {
            SlotScatter.AddQuads(labels, work.Chunk, count, bit, work);
        }
        else
        {
            SlotScatter.AddPairs(labels, (double*)work.Chunk, count, bit, work);
        }
    }

    readonly void AddToWindow(int active, int start, int count)
    {
        var block = (EdgeBlock*)work.Blocks[active];
        var labels = EdgeBlock.Labels(block) + start;
        var split = Math.Clamp(SlotIndex.SplitOf(block, work.Counts[active], _index.Later) - start, 0, count);
        var (first, later) = _index.Offsets;
        AddRun(labels, work.Chunk, split, first);
        AddRun(labels + split, work.Chunk + (split * Width), count - split, later);
    }

    readonly void AddRun(int* labels, float* values, int count, int offset)
    {
        if (_isHierarchical)
        {
            SlotScatter.AddQuads(labels, values, count, work.Sums + (4L * offset));
        }
        else
        {
            SlotScatter.AddPairs(labels, (double*)values, count, (double*)work.Sums + offset);
        }
    }

    readonly void LookUp(ReadOnlySpan<float> weights, ReadOnlySpan<int> rows)
    {
        for (var slot = 0; slot < rows.Length; slot++)
        {
            var label = table.Labels.Find(rows[slot]);
            for (var active = 0; label >= 0 && active < weights.Length; active++)
            {
                var block = (EdgeBlock*)work.Blocks[active];
                var position = block == null ? -1 : EdgeBlock.Find(block, work.Counts[active], label);
                if (position >= 0)
                {
                    AddOne(block, position, weights[active], slot);
                    work.Marks[slot] |= 1UL << (32 + active);
                }
            }
        }
    }

    readonly void AddOne(EdgeBlock* block, int position, float weight, int slot)
    {
        if (_isHierarchical)
        {
            var record = EdgeBlock.Records(block) + (4L * position);
            HierKernel.ContributionsOneByOne(record, 1, weight, options.EdgeShrinkage, 0, work.Chunk);
        }
        else
        {
            DiagKernel.ContributionsOneByOne(EdgeBlock.Sums(block) + position, 1, weight, options, work.Chunk);
        }

        for (var lane = 0; lane < Width; lane++)
        {
            work.Sums[((long)slot * Width) + lane] += work.Chunk[lane];
        }
    }

    readonly void PassOver(ReadOnlySpan<float> weights, ReadOnlySpan<int> rows)
    {
        for (var slot = 0; slot < rows.Length; slot++)
        {
            var label = table.Labels.Find(rows[slot]);
            if (label >= 0 && label < work.LabelCapacity)
            {
                work.SlotOfLabel[label] = work.Base + slot + 1;
            }
        }

        for (var active = 0; active < weights.Length; active++)
        {
            var block = (EdgeBlock*)work.Blocks[active];
            for (var start = 0; start < work.Counts[active]; start += Workspace.ChunkEdges)
            {
                var count = Math.Min(Workspace.ChunkEdges, work.Counts[active] - start);
                Contribute(block, start, count, weights[active]);
                SlotScatter.AddKnown(
                    EdgeBlock.Labels(block) + start, work.Chunk, Width, count, 1UL << (32 + active), work);
            }
        }
    }

    readonly void ExcludeListed()
    {
        foreach (var row in _eligibility.Excluded)
        {
            if ((uint)row < (uint)items.RowsMax)
            {
                work.RowBits[row >> 6] |= 1UL << row;
            }
        }

        for (var slot = 0; slot < _slots; slot++)
        {
            var row = RowOf(slot);
            if ((work.RowBits[row >> 6] & (1UL << row)) != 0)
            {
                work.Sums[(long)slot * Width] = float.NaN;
            }
        }

        foreach (var row in _eligibility.Excluded)
        {
            if ((uint)row < (uint)items.RowsMax)
            {
                work.RowBits[row >> 6] = 0;
            }
        }
    }

    readonly int RowOf(int slot) => _index.RowOf(slot);

    readonly float Dot(int row) => vectors is not null && row < vectors.RowsMax
        ? VectorMath.Dot(work.User, vectors.At(row), vectors.Stride)
        : 0;

    readonly void Prefetch(int row)
    {
        if (Sse.IsSupported && vectors is not null && row < vectors.RowsMax)
        {
            PrefetchLines((byte*)vectors.At(row), vectors.Stride * sizeof(float));
        }
    }
}
