namespace Recs.Neural.Tables;

/// <summary>
/// The rows met longest ago, in order. One look through all rows finds many of them, so that a row costs no links: whoever
/// was met since is none of them any more and everybody else comes after them.
/// </summary>
sealed class OldestRows
{
    /// <summary>Most samples.</summary>
    public const int Samples = 1024;

    const int RowsMin = 64;

    /// <summary>Rows of which one look finds at least one; a look costs about a nanosecond a row.</summary>
    const int Share = 32;
    const int SamplesMin = 256;

    readonly ulong[] _samples = new ulong[Samples];
    ulong[] _met = [];
    int[] _rows = [];
    int _sampled;
    int _next;

    /// <summary>Bytes held.</summary>
    public long Bytes => ((long)_met.Length * (sizeof(ulong) + sizeof(int))) + (Samples * sizeof(ulong));

    /// <summary>Rows met after it need not be offered.</summary>
    public ulong Limit { get; private set; }

    /// <summary>Rows found that were not taken.</summary>
    public int Count { get; private set; }

    /// <summary>The first of them.</summary>
    public int Row => _rows[_next];

    /// <summary>When the first of them was met.</summary>
    public ulong Met => _met[_next];

    /// <summary>Takes the first.</summary>
    public void Skip()
    {
        _next++;
        Count--;
    }

    /// <summary>Begins a look.</summary>
    /// <param name="rows">Rows that will be offered. Allocates only when they have become more.</param>
    public void Begin(int rows)
    {
        var length = 2 * Math.Max(RowsMin, rows / Share);
        if (_met.Length < length)
        {
            (_met, _rows) = (new ulong[length], new int[length]);
        }

        (_next, Count, Limit, _sampled) = (0, 0, ulong.MaxValue, 0);
    }

    /// <summary>Before rows are offered: when one of them was met. The more even the samples, the fewer offers are in vain.</summary>
    public void Sample(ulong met)
    {
        if (_sampled < Samples)
        {
            _samples[_sampled++] = met;
        }
    }

    /// <summary>Ends the samples: three quarters of the rows there is space for are likely below the limit.</summary>
    public void EndSamples()
    {
        if (_sampled >= SamplesMin)
        {
            Array.Sort(_samples, 0, _sampled);
            Limit = _samples[_sampled * 3 / (2 * Share)];
        }
    }

    /// <summary>Offers a row met at the limit or before it. Amortised constant time.</summary>
    /// <param name="row">The row.</param>
    /// <param name="met">When it was met; no other row's.</param>
    public void Offer(int row, ulong met)
    {
        (_met[Count], _rows[Count]) = (met, row);
        if (++Count == _met.Length)
        {
            Halve();
        }
    }

    /// <summary>Ends a look.</summary>
    public void End() => _met.AsSpan(0, Count).Sort(_rows.AsSpan(0, Count));

    /// <summary>Keeps the older half (Hoare's selection).</summary>
    void Halve()
    {
        var (low, high, kept) = (0, Count - 1, Count / 2);
        while (low < high)
        {
            var (pivot, left, right) = (_met[(low + high) / 2], low, high);
            while (left <= right)
            {
                while (_met[left] < pivot)
                {
                    left++;
                }

                while (_met[right] > pivot)
                {
                    right--;
                }

                if (left <= right)
                {
                    (_met[left], _met[right]) = (_met[right], _met[left]);
                    (_rows[left], _rows[right]) = (_rows[right], _rows[left]);
                    left++;
                    right--;
                }
            }

            // Between the two, all are the pivot.
            if (kept - 1 <= right)
            {
                high = right;
            }
            else if (kept - 1 >= left)
            {
                low = left;
            }
            else
            {
                break;
            }
        }

        (Count, Limit) = (kept, _met[kept - 1]);
    }
}
