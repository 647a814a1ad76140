namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>Fits reward models so that no row is predicted by a model that has learned from it.</summary>
/// <remarks>
/// Cross-fitting keeps DR unbiased given the folds (Chernozhukov et al., Econometrics Journal 2018; Open Bandit Pipeline).
/// The candidate with the lowest held-out loss is used; choosing among a handful on the same folds is a dependence that is
/// ignored.
/// </remarks>
public static class CrossFitting
{
    const int Purpose = 0x666F6C64;
    const double ProbabilityMin = 1e-9;

    /// <summary>Predictions of the best candidate. O(candidates · folds · fit) time, O(rows · A) memory.</summary>
    /// <param name="log">The log, at least as many rows as folds.</param>
    /// <param name="candidates">At least one; regressions wider than the limit are left out while others remain.</param>
    /// <param name="folds">K ≥ 2.</param>
    /// <param name="seed">Seed of the folds.</param>
    /// <exception cref="EvaluationException">Fewer rows than folds, or no candidate can be fitted.</exception>
    public static RewardPredictions Predict(
        BanditLog log, IReadOnlyList<RewardModelSpecification> candidates, int folds, int seed)
    {
        if (log.RowCount < folds)
        {
            throw new EvaluationException($"{log.Name}: {log.RowCount} rows are too few for {folds} folds");
        }

        var foldOf = Folds(log.RowCount, folds, seed);
        var logistic = log.Rewards.All(reward => reward is >= 0 and <= 1);
        var plain = new RewardColumns(log, crossed: false);
        var crossed = new RewardColumns(log, crossed: true);
        var losses = new List<(string, double)>();
        var (best, bestLoss, bestName) = (Array.Empty<IRewardModel>(), double.PositiveInfinity, "");
        foreach (var candidate in candidates)
        {
            var columns = candidate.Family is RewardModelFamily.CrossedRegression ? crossed : plain;
            if (!CanFit(candidate.Family, columns))
            {
                continue;
            }

            var models = new IRewardModel[folds];
            for (var fold = 0; fold < folds; fold++)
            {
                models[fold] = Fit(log, candidate, columns, RowsOutside(foldOf, fold), logistic);
            }

            var loss = Loss(log, foldOf, models, logistic);
            losses.Add((candidate.Describe(), loss));
            if (loss < bestLoss)
            {
                (best, bestLoss, bestName) = (models, loss, candidate.Describe());
            }
        }

        return best.Length == 0
            ? throw new EvaluationException($"{log.Name}: more than {RewardColumns.CountMax} columns are too many for a regression")
            : new(Values(log, foldOf, best), bestName, bestLoss, losses);
    }

    /// <summary>No model: every prediction is the same.</summary>
    /// <param name="log">The log.</param>
    /// <param name="value">The prediction.</param>
    public static RewardPredictions Constant(BanditLog log, double value)
    {
        var row = new double[log.Actions.Count];
        Array.Fill(row, value);
        var values = new double[log.RowCount][];
        Array.Fill(values, row);
        return new(values, "constant", 0, []);
    }

    static bool CanFit(RewardModelFamily family, RewardColumns columns) => family switch
    {
        RewardModelFamily.CellMean => true,
        RewardModelFamily.Regression => columns.Count <= RewardColumns.CountMax,
        _ => columns.Count <= RewardColumns.CountMax && columns.Dimensions > 0,
    };

    static IRewardModel Fit(
        BanditLog log, RewardModelSpecification candidate, RewardColumns columns, List<int> rows, bool logistic) =>
        candidate.Family is RewardModelFamily.CellMean
            ? CellMeans.Fit(log, rows, candidate.Strength)
            : RewardRegression.Fit(log, columns, rows, candidate.Strength, logistic);

    static int[] Folds(int rows, int folds, int seed)
    {
        var order = Enumerable.Range(0, rows).ToArray();
        SeededRandom.Of(seed, Purpose).Shuffle(order);
        var foldOf = new int[rows];
        for (var i = 0; i < rows; i++)
        {
            foldOf[order[i]] = i % folds;
        }

        return foldOf;
    }

    static List<int> RowsOutside(int[] foldOf, int fold)
    {
        var rows = new List<int>(foldOf.Length);
        for (var row = 0; row < foldOf.Length; row++)
        {
            if (foldOf[row] != fold)
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    static double Loss(BanditLog log, int[] foldOf, IRewardModel[] models, bool logistic)
    {
        var total = 0.0;
        for (var row = 0; row < log.RowCount; row++)
        {
            var predicted = models[foldOf[row]].Predict(row, log.Shown[row]);
            var reward = log.Rewards[row];
            if (logistic)
            {
                var p = Math.Clamp(predicted, ProbabilityMin, 1 - ProbabilityMin);
                total -= (reward * Math.Log(p)) + ((1 - reward) * Math.Log(1 - p));
            }
            else
            {
                total += (reward - predicted) * (reward - predicted);
            }
        }

        return total / log.RowCount;
    }

    static double[][] Values(BanditLog log, int[] foldOf, IRewardModel[] models)
    {
        var values = new double[log.RowCount][];
        for (var row = 0; row < values.Length; row++)
        {
            values[row] = new double[log.Actions.Count];
            for (var action = 0; action < log.Actions.Count; action++)
            {
                values[row][action] = models[foldOf[row]].Predict(row, action);
            }
        }

        return values;
    }
}
