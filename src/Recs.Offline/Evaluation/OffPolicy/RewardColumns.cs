namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>
/// The sparse design of a reward regression: a constant, one-hot action, one-hot position, one-hot (action, position), the
/// context, and if crossed the context once more for every action.
/// </summary>
sealed class RewardColumns
{
    /// <summary>Most columns a regression may have: its matrix is dense.</summary>
    public const int CountMax = 1024;

    readonly BanditLog _log;
    readonly bool _crossed;
    readonly (int Column, double Value)[][] _contexts;
    readonly int _positionStart;
    readonly int _cellStart;
    readonly int _contextStart;
    readonly int _crossStart;

    public RewardColumns(BanditLog log, bool crossed)
    {
        _log = log;
        _crossed = crossed;
        var actions = log.Actions.Count;
        var positions = log.PositionCount > 1 ? log.PositionCount : 0;
        Dimensions = log.RowCount == 0 ? 0 : log.Features[0].Length;
        _positionStart = 1 + actions;
        _cellStart = _positionStart + positions;
        _contextStart = _cellStart + (positions * actions);
        _crossStart = _contextStart + Dimensions;
        Count = _crossStart + (crossed ? actions * Dimensions : 0);
        _contexts = [.. log.Features.Select(NonZero)];
    }

    /// <summary>Number of columns.</summary>
    public int Count { get; }

    /// <summary>D.</summary>
    public int Dimensions { get; }

    /// <summary>The columns of a row as if <paramref name="action"/> had been shown.</summary>
    /// <param name="row">The row.</param>
    /// <param name="action">0 … A − 1.</param>
    /// <param name="entries">Overwritten with columns and values that are not 0.</param>
    public void Write(int row, int action, List<(int Column, double Value)> entries)
    {
        entries.Clear();
        entries.Add((0, 1));
        entries.Add((1 + action, 1));
        if (_cellStart > _positionStart)
        {
            entries.Add((_positionStart + _log.Positions[row], 1));
            entries.Add((_cellStart + (_log.Positions[row] * _log.Actions.Count) + action, 1));
        }

        foreach (var (column, value) in _contexts[row])
        {
            entries.Add((_contextStart + column, value));
            if (_crossed)
            {
                entries.Add((_crossStart + (action * Dimensions) + column, value));
            }
        }
    }

    static (int Column, double Value)[] NonZero(double[] features)
    {
        var entries = new List<(int, double)>();
        for (var column = 0; column < features.Length; column++)
        {
            if (features[column] != 0)
            {
                entries.Add((column, features[column]));
            }
        }

        return [.. entries];
    }
}
