namespace Recs.Matching.Graph;

/// <summary>How a request numbers the items it meets: by the slots it gives them, or by their place in a window of labels.</summary>
/// <remarks>
/// Labels of near clusters lie near each other. Where the labels between the first and the last edge are not many more
/// than the edges, an item's slot is its label less the first one: no map is read, and nothing is marked. Items that came
/// after the graph was built have the highest labels and a second window of their own.
/// </remarks>
unsafe struct SlotIndex(Workspace work, int* rowOfLabel)
{
    /// <summary>A window may have so many labels per edge.</summary>
    const int LabelsPerEdgeMax = 2;

    int _first;
    int _firstCount;
    int _later;
    int _laterCount;

    /// <summary>Whether slots are places in windows.</summary>
    public bool IsWindow { get; private set; }

    /// <summary>Whether what a slot is marked with is the row itself.</summary>
    public readonly bool IsByRow => rowOfLabel == null;

    /// <summary>Slots of both windows.</summary>
    public readonly int WindowSlots => _firstCount + _laterCount;

    /// <summary>The first of the labels given after the graph was built.</summary>
    public readonly int Later => _later;

    /// <summary>Takes windows over the blocks of the request if they are dense enough.</summary>
    /// <param name="active">Active clusters; their blocks and counts are in the workspace.</param>
    /// <param name="edges">Edges of all of them.</param>
    /// <param name="later">The first of the labels given after the graph was built.</param>
    public void TryWindow(int active, int edges, int later)
    {
        var (first, last, laterLast) = (int.MaxValue, -1, -1);
        for (var k = 0; k < active; k++)
        {
            var count = work.Counts[k];
            if (count == 0)
            {
                continue;
            }

            var block = (EdgeBlock*)work.Blocks[k];
            var labels = EdgeBlock.Labels(block);
            var split = SplitOf(block, count, later);
            if (split > 0)
            {
                first = Math.Min(first, labels[0]);
                last = Math.Max(last, labels[split - 1]);
            }

            laterLast = split < count ? Math.Max(laterLast, labels[count - 1]) : laterLast;
        }

        (_first, _firstCount) = last < 0 ? (0, 0) : (first, last - first + 1);
        (_later, _laterCount) = (later, laterLast < 0 ? 0 : laterLast - later + 1);
        IsWindow = WindowSlots <= (long)edges * LabelsPerEdgeMax;
    }

    /// <summary>Entries of a block that belong to the first window.</summary>
    public static int SplitOf(EdgeBlock* block, int count, int later)
    {
        if (EdgeBlock.Labels(block)[count - 1] < later)
        {
            return count;
        }

        var found = EdgeBlock.Find(block, count, later);
        return found < 0 ? ~found : found;
    }

    /// <summary>What to add to a label of the first window, and to one of the later, to get the slot.</summary>
    public readonly (int First, int Later) Offsets => (-_first, _firstCount - _later);

    /// <summary>The row of a slot's item.</summary>
    public readonly int RowOf(int slot)
    {
        var label = LabelOf(slot);
        return rowOfLabel == null ? label : rowOfLabel[label];
    }

    /// <summary>The slot of a label, −1 when the request did not meet it.</summary>
    public readonly int SlotOf(int label)
    {
        if (label < 0)
        {
            return -1;
        }

        if (IsWindow)
        {
            var place = label >= _later ? label - _later : label - _first;
            return label >= _later
                ? place < _laterCount ? _firstCount + place : -1
                : (uint)place < (uint)_firstCount ? place : -1;
        }

        return label < work.LabelCapacity ? work.SlotOfLabel[label] - work.Base - 1 : -1;
    }

    /// <summary>Which active clusters have an edge to a slot's item.</summary>
    public readonly ushort MatchedOf(int slot, int active)
    {
        if (!IsWindow)
        {
            return (ushort)(work.Marks[slot] >> 32);
        }

        var label = LabelOf(slot);
        var matched = 0;
        for (var k = 0; k < active; k++)
        {
            if (work.Counts[k] > 0 && EdgeBlock.Find((EdgeBlock*)work.Blocks[k], work.Counts[k], label) >= 0)
            {
                matched |= 1 << k;
            }
        }

        return (ushort)matched;
    }

    /// <summary>Brings the item effects into slot order.</summary>
    /// <param name="slots">Slots in use.</param>
    /// <param name="effects">By row.</param>
    public readonly void Gather(int slots, ulong* effects)
    {
        if (!IsWindow)
        {
            HierKernel.GatherEffects(work.Marks, slots, rowOfLabel, effects, work.Effects);
            return;
        }

        HierKernel.GatherEffects(rowOfLabel + _first, _firstCount, effects, work.Effects);
        HierKernel.GatherEffects(rowOfLabel + _later, _laterCount, effects, work.Effects + _firstCount);
    }

    readonly int LabelOf(int slot) =>
        !IsWindow ? (int)(uint)work.Marks[slot] : slot < _firstCount ? _first + slot : _later + slot - _firstCount;
}
