using System.Diagnostics;

namespace Recs.Offline.Graphs;

/// <summary>
/// Keeps the W largest of a stream of scores: a buffer of several W that is cut back by quickselect when full, with the
/// W-th best as the threshold for what comes. Amortised O(1) a score.
/// </summary>
sealed class TopTargets(int countMax)
{
    readonly ulong[] _keys = new ulong[(3 * countMax) + 8];
    int _count;

    /// <summary>Scores below this cannot be among the best.</summary>
    public float Threshold { get; private set; } = float.NegativeInfinity;

    /// <summary>Adds a finite score.</summary>
    public void Add(float score, int target)
    {
        Debug.Assert(float.IsFinite(score), "vectors are finite");
        if (_count == _keys.Length)
        {
            Cut();
        }

        _keys[_count++] = ((ulong)Ordered(score) << 32) | (uint)~target;
    }

    /// <summary>Takes the best out, by descending score and ascending target, and is empty again.</summary>
    public ScoredTarget[] Drain()
    {
        if (_count > countMax)
        {
            Cut();
        }

        var keys = _keys.AsSpan(0, _count);
        keys.Sort();
        keys.Reverse();
        var best = new ScoredTarget[keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            best[i] = new(~(int)(uint)keys[i], Score(keys[i]));
        }

        _count = 0;
        Threshold = float.NegativeInfinity;
        return best;
    }

    void Cut()
    {
        var keys = _keys.AsSpan(0, _count);
        SelectLargest(keys, countMax);
        _count = countMax;
        var least = ulong.MaxValue;
        foreach (var key in keys[..countMax])
        {
            least = Math.Min(least, key);
        }

        Threshold = Score(least);
    }

    /// <summary>Brings the largest <paramref name="count"/> keys to the front, in any order (Hoare's selection).</summary>
    static void SelectLargest(Span<ulong> keys, int count)
    {
        var (low, high) = (0, keys.Length - 1);
        while (low < high)
        {
            var pivot = Median(keys[low], keys[low + ((high - low) / 2)], keys[high]);
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (keys[i] > pivot)
                {
                    i++;
                }

                while (keys[j] < pivot)
                {
                    j--;
                }

                if (i <= j)
                {
                    (keys[i], keys[j]) = (keys[j], keys[i]);
                    i++;
                    j--;
                }
            }

            if (count - 1 <= j)
            {
                high = j;
            }
            else if (count - 1 >= i)
            {
                low = i;
            }
            else
            {
                return;
            }
        }
    }

    static ulong Median(ulong a, ulong b, ulong c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));

    /// <summary>A float's bits in the order of its value.</summary>
    static uint Ordered(float score)
    {
        var bits = BitConverter.SingleToUInt32Bits(score);
        return (bits & 0x80000000) == 0 ? bits | 0x80000000 : ~bits;
    }

    static float Score(ulong key)
    {
        var bits = (uint)(key >> 32);
        return BitConverter.UInt32BitsToSingle((bits & 0x80000000) == 0 ? ~bits : bits & 0x7FFFFFFF);
    }
}
