namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>Logged bandit feedback: for every row the action shown, where, with which probability, and what it earned.</summary>
/// <remarks>
/// Propensities are conditional on the row's context and position. Rows are taken as independent; rows that were shown
/// together are grouped afterwards, see <see cref="SlateEstimators"/>.
/// </remarks>
public sealed record BanditLog
{
    /// <summary>What it was read from.</summary>
    public required string Name { get; init; }

    /// <summary>Names of the A actions; an action is its index here.</summary>
    public required IReadOnlyList<string> Actions { get; init; }

    /// <summary>Number of positions P, at least 1.</summary>
    public required int PositionCount { get; init; }

    /// <summary>The action shown, 0 … A − 1, shape [rows].</summary>
    public required int[] Shown { get; init; }

    /// <summary>Where it was shown, 0 … P − 1, shape [rows].</summary>
    public required int[] Positions { get; init; }

    /// <summary>π_b(a|x), in (0, 1], shape [rows].</summary>
    public required double[] Propensities { get; init; }

    /// <summary>Finite, shape [rows].</summary>
    public required double[] Rewards { get; init; }

    /// <summary>Context, shape [rows][D], D ≥ 0; mostly zeros where it is one-hot.</summary>
    public required double[][] Features { get; init; }

    /// <summary>Rows of the source that are not here, by reason.</summary>
    public IReadOnlyList<DroppedRows> Dropped { get; init; } = [];

    /// <summary>What else a reader should know about how it was read, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Number of rows.</summary>
    public int RowCount => Shown.Length;

    /// <summary>The (position, action) cell of a row: position · A + action.</summary>
    public int CellOf(int row) => (Positions[row] * Actions.Count) + Shown[row];

    /// <summary>How often each (position, action) cell occurs, shape [P x A], row-major.</summary>
    public int[] CellCounts()
    {
        var counts = new int[PositionCount * Actions.Count];
        for (var row = 0; row < RowCount; row++)
        {
            counts[CellOf(row)]++;
        }

        return counts;
    }

    /// <summary>The rows <paramref name="rows"/>, in that order; drops and notes are kept.</summary>
    public BanditLog Select(IReadOnlyList<int> rows) => this with
    {
        Shown = [.. rows.Select(row => Shown[row])],
        Positions = [.. rows.Select(row => Positions[row])],
        Propensities = [.. rows.Select(row => Propensities[row])],
        Rewards = [.. rows.Select(row => Rewards[row])],
        Features = [.. rows.Select(row => Features[row])],
    };
}
