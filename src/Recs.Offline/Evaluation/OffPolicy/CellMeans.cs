namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>
/// The mean reward of each (action, position) pair, (R + s·m)/(n + s), m the action's mean shrunk in the same way to the mean
/// of all rows. Knows no context.
/// </summary>
sealed class CellMeans : IRewardModel
{
    readonly BanditLog _log;
    readonly double[] _means;

    CellMeans(BanditLog log, double[] means)
    {
        _log = log;
        _means = means;
    }

    /// <inheritdoc/>
    public double Predict(int row, int action) => _means[(_log.Positions[row] * _log.Actions.Count) + action];

    /// <summary>Fits on some rows. O(rows + A·P).</summary>
    /// <param name="log">The log.</param>
    /// <param name="rows">The rows to learn from.</param>
    /// <param name="strength">s &gt; 0.</param>
    public static CellMeans Fit(BanditLog log, IReadOnlyList<int> rows, double strength)
    {
        var actions = log.Actions.Count;
        var cells = new double[log.PositionCount * actions];
        var cellRows = new double[cells.Length];
        var byAction = new double[actions];
        var actionRows = new double[actions];
        var total = 0.0;
        foreach (var row in rows)
        {
            var reward = log.Rewards[row];
            cells[log.CellOf(row)] += reward;
            cellRows[log.CellOf(row)]++;
            byAction[log.Shown[row]] += reward;
            actionRows[log.Shown[row]]++;
            total += reward;
        }

        var mean = total / Math.Max(1, rows.Count);
        for (var cell = 0; cell < cells.Length; cell++)
        {
            var action = cell % actions;
            var prior = (byAction[action] + (strength * mean)) / (actionRows[action] + strength);
            cells[cell] = (cells[cell] + (strength * prior)) / (cellRows[cell] + strength);
        }

        return new(log, cells);
    }
}
