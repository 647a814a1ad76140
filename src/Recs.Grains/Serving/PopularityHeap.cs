namespace Recs.Grains.Serving;

/// <summary>Keeps the rows with the greatest values; of equal ones always the same, spread over the catalogue by a hash of the row.</summary>
sealed class PopularityHeap(int rowsMax)
{
    readonly PriorityQueue<int, (float Value, uint Lot)> _best = new();

    /// <summary>Offers a row.</summary>
    public void Offer(int row, float value)
    {
        if (float.IsNaN(value))
        {
            return;
        }

        var priority = (value, unchecked((uint)row * 2654435761u));
        if (_best.Count < rowsMax)
        {
            _best.Enqueue(row, priority);
        }
        else
        {
            _ = _best.EnqueueDequeue(row, priority);
        }
    }

    /// <summary>Takes the rows out, greatest first.</summary>
    public int[] Rows()
    {
        var rows = new int[_best.Count];
        for (var at = rows.Length - 1; at >= 0; at--)
        {
            rows[at] = _best.Dequeue();
        }

        return rows;
    }
}
