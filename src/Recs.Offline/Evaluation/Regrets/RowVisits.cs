using Recs.Offline.Evaluation.Tables;

namespace Recs.Offline.Evaluation.Regrets;

/// <summary>Which row comes next, which arms it may still be shown, and the best reward it had to give.</summary>
sealed class RowVisits
{
    readonly RewardTable _table;
    readonly SeededRandom _chance;
    readonly bool _noRepeats;
    readonly int[] _order;
    readonly int[] _allArms;
    readonly double[] _best;
    readonly int[][] _remaining;
    readonly int[] _visitCounts;
    readonly double[][] _sorted;
    int _position;
    int _row;

    public RowVisits(RewardTable table, bool noRepeats, SeededRandom chance)
    {
        _table = table;
        _chance = chance;
        _noRepeats = noRepeats;
        _order = [.. Enumerable.Range(0, table.RowCount)];
        _position = _order.Length;
        _allArms = [.. Enumerable.Range(0, table.ArmCount)];
        _visitCounts = new int[table.RowCount];
        _best = new double[table.RowCount];
        _remaining = noRepeats ? new int[table.RowCount][] : [];
        _sorted = noRepeats ? new double[table.RowCount][] : [];
        for (var row = 0; row < table.RowCount; row++)
        {
            _best[row] = table.RewardsOf(row).ToArray().Max();
        }
    }

    /// <summary>The arms that may be shown to the current row.</summary>
    public ReadOnlySpan<int> Arms =>
        _noRepeats ? _remaining[_row].AsSpan(0, _table.ArmCount - _visitCounts[_row]) : _allArms;

    /// <summary>The best reward of this row; without repeats the n-th best at its n-th visit.</summary>
    public double BestReward => _noRepeats ? _sorted[_row][_visitCounts[_row]] : _best[_row];

    /// <summary>Moves to the next row.</summary>
    public int Next()
    {
        if (!_noRepeats)
        {
            _row = _chance.NextIndex(_order.Length);
            return _row;
        }

        if (_position == _order.Length)
        {
            _chance.Shuffle(_order);
            _position = 0;
        }

        _row = _order[_position++];
        if (_remaining[_row] is null)
        {
            _remaining[_row] = [.. _allArms];
            _sorted[_row] = [.. _table.RewardsOf(_row).ToArray().OrderDescending()];
        }

        return _row;
    }

    /// <summary>The current row was shown this arm.</summary>
    public void Show(int arm)
    {
        if (!_noRepeats)
        {
            return;
        }

        var remaining = _remaining[_row].AsSpan(0, _table.ArmCount - _visitCounts[_row]);
        var place = remaining.IndexOf(arm);
        remaining[(place + 1)..].CopyTo(remaining[place..]);
        _visitCounts[_row]++;
    }
}
