using Recs.Matching.Numerics;
using Recs.Offline.Joins;

namespace Recs.Offline.Towers;

/// <summary>One batch: pairs of a viewer's history and an item they liked, and the items that take part, each once.</summary>
/// <remarks>Drawn from a seed by one thread, so that it does not depend on how many there are.</remarks>
sealed class TowerBatch(PairMatrix pairs, TowerOptions options)
{
    readonly int[] _slotOf = NoSlots(pairs.Width);

    /// <summary>The items that take part, in order of first use.</summary>
    public List<int> Items { get; } = [];

    /// <summary>Whether an item's own vector takes part, by slot.</summary>
    public List<bool> HasOwn { get; } = [];

    /// <summary>The slot of each pair's item.</summary>
    public List<int> Positives { get; } = [];

    /// <summary>Slots of the histories, one after the other.</summary>
    public List<int> History { get; } = [];

    /// <summary>Where each pair's history begins, and the end of the last.</summary>
    public List<int> Starts { get; } = [];

    /// <summary>Draws the batch of some entries of the matrix.</summary>
    /// <param name="entries">Places in the matrix's columns.</param>
    /// <param name="viewers">The row of every entry of the matrix.</param>
    /// <param name="rng">Draws histories and dropouts.</param>
    public void Fill(ReadOnlySpan<int> entries, int[] viewers, ref Rng rng)
    {
        Clear();
        foreach (var entry in entries)
        {
            var liked = pairs.ColumnsOf(viewers[entry]);
            if (liked.Length < 2)
            {
                continue;
            }

            Positives.Add(SlotOf(pairs.Columns[entry], ref rng));
            Starts.Add(History.Count);
            AddHistory(liked, pairs.Columns[entry], ref rng);
        }

        Starts.Add(History.Count);
    }

    static int[] NoSlots(int items)
    {
        var slots = new int[items];
        Array.Fill(slots, -1);
        return slots;
    }

    void AddHistory(ReadOnlySpan<int> liked, int target, ref Rng rng)
    {
        if (liked.Length <= options.History + 1)
        {
            foreach (var item in liked)
            {
                if (item != target)
                {
                    History.Add(SlotOf(item, ref rng));
                }
            }

            return;
        }

        for (var drawn = 0; drawn < options.History;)
        {
            var item = liked[rng.NextInt(liked.Length)];
            if (item != target)
            {
                History.Add(SlotOf(item, ref rng));
                drawn++;
            }
        }
    }

    int SlotOf(int item, ref Rng rng)
    {
        if (_slotOf[item] < 0)
        {
            _slotOf[item] = Items.Count;
            Items.Add(item);
            HasOwn.Add(rng.NextSingle() >= options.Dropout);
        }

        return _slotOf[item];
    }

    void Clear()
    {
        foreach (var item in Items)
        {
            _slotOf[item] = -1;
        }

        Items.Clear();
        HasOwn.Clear();
        Positives.Clear();
        History.Clear();
        Starts.Clear();
    }
}
