namespace Recs.Offline.Joins;

/// <summary>
/// Collects who met which item with what reward. Several meetings of a pair count as one, with the largest reward:
/// strengths stay in [0, 1], as they are when a viewer is folded in.
/// </summary>
/// <remarks>Twelve bytes a meeting. Not thread-safe.</remarks>
public sealed class Interactions
{
    /// <summary>Most meetings one training can hold.</summary>
    public const int CountMax = 1 << 29;

    const int Forgotten = int.MinValue;

    readonly Dictionary<Guid, int> _viewers = [];
    readonly HashSet<int> _forgotten = [];
    readonly List<int> _who = [];
    readonly List<int> _rows = [];
    readonly List<float> _rewards = [];

    /// <summary>Meetings added, repeats included.</summary>
    public int Count => _who.Count;

    /// <summary>Viewers seen, those included that were forgotten; who comes back after that counts as another.</summary>
    public int Viewers => _viewers.Count + _forgotten.Count;

    /// <summary>Meetings of anonymous viewers, which were not added: nobody can be folded in from them.</summary>
    public long Anonymous { get; private set; }

    /// <summary>Adds a meeting.</summary>
    /// <param name="viewer">Hash of the viewer's id; empty for an anonymous viewer.</param>
    /// <param name="row">Catalogue row, ≥ 0.</param>
    /// <param name="reward">In [0, 1]; 0 says that the item was shown and earned nothing.</param>
    /// <exception cref="InvalidOperationException">There are <see cref="CountMax"/> meetings already.</exception>
    public void Add(Guid viewer, int row, float reward)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        if (reward is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(reward), reward, "a reward is in [0, 1]");
        }

        if (viewer == Guid.Empty)
        {
            Anonymous++;
            return;
        }

        if (_who.Count == CountMax)
        {
            throw new InvalidOperationException($"one training holds at most {CountMax} meetings; train on a shorter log");
        }

        if (!_viewers.TryGetValue(viewer, out var index))
        {
            index = Viewers;
            _viewers.Add(viewer, index);
        }

        _who.Add(index);
        _rows.Add(row);
        _rewards.Add(reward);
    }

    /// <summary>Leaves out what a viewer met so far.</summary>
    /// <param name="viewer">Hash of the viewer's id.</param>
    public void Forget(Guid viewer)
    {
        if (_viewers.Remove(viewer, out var index))
        {
            _ = _forgotten.Add(index);
        }
    }

    /// <summary>Joins the meetings with the items of a catalogue.</summary>
    /// <param name="itemRows">Catalogue rows, strictly ascending, shape [n].</param>
    /// <param name="unknown">How many meetings were left out because their row is not among them.</param>
    /// <returns>Pairs by viewer in order of first appearance, and by item index within a viewer.</returns>
    public PairMatrix Build(int[] itemRows, out long unknown)
    {
        var counts = new int[Viewers + 1];
        var items = new int[Count];
        unknown = 0;
        for (var i = 0; i < Count; i++)
        {
            items[i] = _forgotten.Contains(_who[i]) ? Forgotten : Array.BinarySearch(itemRows, _rows[i]);
            if (items[i] >= 0)
            {
                counts[_who[i] + 1]++;
            }
            else if (items[i] != Forgotten)
            {
                unknown++;
            }
        }

        for (var viewer = 0; viewer < Viewers; viewer++)
        {
            counts[viewer + 1] += counts[viewer];
        }

        var columns = new int[counts[^1]];
        var values = new float[counts[^1]];
        var next = counts.AsSpan().ToArray();
        for (var i = 0; i < Count; i++)
        {
            if (items[i] >= 0)
            {
                var at = next[_who[i]]++;
                (columns[at], values[at]) = (items[i], _rewards[i]);
            }
        }

        return Merge(counts, columns, values, itemRows.Length);
    }

    /// <summary>Counts the meetings whose row is not among those of a catalogue.</summary>
    /// <param name="itemRows">Catalogue rows, strictly ascending, shape [n].</param>
    public long CountUnknown(int[] itemRows)
    {
        var unknown = 0L;
        foreach (var row in _rows)
        {
            unknown += Array.BinarySearch(itemRows, row) < 0 ? 1 : 0;
        }

        return unknown;
    }

    /// <summary>Sorts each viewer's items and keeps the largest reward of each.</summary>
    static PairMatrix Merge(int[] starts, int[] columns, float[] values, int items)
    {
        var merged = new int[starts.Length];
        var kept = 0;
        for (var viewer = 0; viewer + 1 < starts.Length; viewer++)
        {
            var (first, end) = (starts[viewer], starts[viewer + 1]);
            columns.AsSpan(first..end).Sort(values.AsSpan(first..end));
            merged[viewer] = kept;
            for (var i = first; i < end; i++)
            {
                if (i > first && columns[i] == columns[kept - 1])
                {
                    values[kept - 1] = Math.Max(values[kept - 1], values[i]);
                }
                else
                {
                    (columns[kept], values[kept]) = (columns[i], values[i]);
                    kept++;
                }
            }
        }

        merged[^1] = kept;
        return new(merged, columns[..kept], values[..kept], items);
    }
}
