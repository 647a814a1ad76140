namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>The policy whose value is wanted: a distribution over actions for every row of a log.</summary>
/// <param name="name">What reports call it.</param>
/// <param name="distributions">Distinct distributions, shape [distributions][A], each ≥ 0 with sum 1.</param>
/// <param name="rows">Which distribution each row has, shape [rows].</param>
public sealed class TargetPolicy(string name, IReadOnlyList<double[]> distributions, int[] rows)
{
    const double SumTolerance = 1e-6;

    /// <summary>What reports call it.</summary>
    public string Name => name;

    /// <summary>Number of rows it is defined for.</summary>
    public int RowCount => rows.Length;

    /// <summary>π_e(·|x) of a row, shape [A].</summary>
    public ReadOnlySpan<double> Of(int row) => distributions[rows[row]];

    /// <summary>Every action with the same probability.</summary>
    public static TargetPolicy Uniform(BanditLog log)
    {
        var distribution = new double[log.Actions.Count];
        Array.Fill(distribution, 1.0 / log.Actions.Count);
        return new("uniform", [distribution], new int[log.RowCount]);
    }

    /// <summary>One action always.</summary>
    /// <param name="log">The log it is evaluated on.</param>
    /// <param name="action">0 … A − 1.</param>
    public static TargetPolicy Always(BanditLog log, int action)
    {
        var distribution = new double[log.Actions.Count];
        distribution[action] = 1;
        return new("always:" + log.Actions[action], [distribution], new int[log.RowCount]);
    }

    /// <summary>
    /// The average distribution per position of the policy that wrote <paramref name="source"/>: the frequency of each
    /// action among the rows of a position.
    /// </summary>
    /// <remarks>
    /// Legitimate when only the shown action's propensity was recorded: n(a, k)/n(k) is unbiased for the mean of π(a|k) over
    /// the log. Averaging the recorded propensities of an action is not: they are recorded only when the action was drawn,
    /// which happens more often when its probability is high, so their mean is E[π²]/E[π] ≥ E[π]. The average policy has the
    /// value of the source only if rewards do not change together with the source's distribution; a policy that follows
    /// trends earns more than its average.
    /// </remarks>
    /// <param name="name">What reports call it.</param>
    /// <param name="source">The log of the policy, with the same actions and positions as <paramref name="log"/>.</param>
    /// <param name="log">The log it is evaluated on.</param>
    /// <exception cref="EvaluationException">A position of the log never occurs in the source, or actions differ.</exception>
    public static TargetPolicy Frequencies(string name, BanditLog source, BanditLog log)
    {
        if (!source.Actions.SequenceEqual(log.Actions, StringComparer.Ordinal) || source.PositionCount != log.PositionCount)
        {
            throw new EvaluationException($"{source.Name} and {log.Name} have different actions or positions");
        }

        var actions = source.Actions.Count;
        var counts = source.CellCounts();
        var distributions = new double[source.PositionCount][];
        for (var position = 0; position < distributions.Length; position++)
        {
            var own = counts.AsSpan(position * actions, actions);
            var total = 0.0;
            foreach (var count in own)
            {
                total += count;
            }

            distributions[position] = new double[actions];
            for (var action = 0; action < actions; action++)
            {
                distributions[position][action] = total > 0
                    ? own[action] / total
                    : throw new EvaluationException($"{source.Name}: position {position + 1} never occurs");
            }
        }

        return new(name, distributions, log.Positions);
    }

    /// <summary>One distribution for each row.</summary>
    /// <param name="name">What reports call it.</param>
    /// <param name="distributions">Shape [rows][A]; sums may be off by 10⁻⁶ and are then brought to 1.</param>
    /// <exception cref="EvaluationException">A probability is negative or a row does not sum to 1.</exception>
    public static TargetPolicy PerRow(string name, IReadOnlyList<double[]> distributions)
    {
        var rows = new int[distributions.Count];
        for (var row = 0; row < rows.Length; row++)
        {
            rows[row] = row;
            var sum = distributions[row].Sum();
            if (!(Math.Abs(sum - 1) <= SumTolerance) || distributions[row].Min() < 0)
            {
                throw new EvaluationException($"{name}: the probabilities of row {row + 1} are not a distribution");
            }

            for (var action = 0; action < distributions[row].Length; action++)
            {
                distributions[row][action] /= sum;
            }
        }

        return new(name, distributions, rows);
    }
}
