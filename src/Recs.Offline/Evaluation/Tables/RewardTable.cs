namespace Recs.Offline.Evaluation.Tables;

/// <summary>A full-information table: for every row, the reward every arm would have given.</summary>
/// <param name="Name">What it was read from.</param>
/// <param name="Features">Standardised context without the constant, shape [rows][D], D ≥ 0.</param>
/// <param name="Rewards">Shape [rows x arms], row-major, each in [0, 1].</param>
/// <param name="Arms">Names of the arms, in column order.</param>
/// <param name="Notes">What reading it dropped, merged or rescaled, one sentence each.</param>
public sealed record RewardTable(
    string Name,
    double[][] Features,
    double[] Rewards,
    string[] Arms,
    IReadOnlyList<string> Notes)
{
    /// <summary>Number of rows: users or examples.</summary>
    public int RowCount => Features.Length;

    /// <summary>Number of arms.</summary>
    public int ArmCount => Arms.Length;

    /// <summary>The rewards of one row, shape [arms].</summary>
    public ReadOnlySpan<double> RewardsOf(int row) => Rewards.AsSpan(row * ArmCount, ArmCount);
}
