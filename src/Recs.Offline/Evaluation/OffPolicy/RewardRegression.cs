using MathNet.Numerics.LinearAlgebra;

namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>
/// Ridge regression of the reward: logistic where every reward lies in [0, 1], linear otherwise. Newton's method on the
/// penalised likelihood; the constant is not penalised.
/// </summary>
sealed class RewardRegression : IRewardModel
{
    const int StepsMax = 25;
    const double StepTolerance = 1e-8;
    const double ConstantPenalty = 1e-6;
    const double LeastCurvature = 1e-9;
    const double LogitLimit = 30;

    readonly RewardColumns _columns;
    readonly bool _logistic;
    readonly double[] _coefficients;
    readonly List<(int Column, double Value)> _entries = [];

    RewardRegression(RewardColumns columns, bool logistic)
    {
        _columns = columns;
        _logistic = logistic;
        _coefficients = new double[columns.Count];
    }

    /// <inheritdoc/>
    /// <remarks>Not thread-safe.</remarks>
    public double Predict(int row, int action)
    {
        _columns.Write(row, action, _entries);
        return Mean();
    }

    /// <summary>Fits on some rows. O(steps · (rows · k² + D³)), k the columns of a row that are not 0.</summary>
    /// <param name="log">The log.</param>
    /// <param name="columns">Its design, at most <see cref="RewardColumns.CountMax"/> columns.</param>
    /// <param name="rows">The rows to learn from.</param>
    /// <param name="penalty">λ &gt; 0, on the sum of squares.</param>
    /// <param name="logistic">Whether every reward lies in [0, 1].</param>
    public static RewardRegression Fit(
        BanditLog log, RewardColumns columns, IReadOnlyList<int> rows, double penalty, bool logistic)
    {
        var model = new RewardRegression(columns, logistic);
        for (var step = 0; step < StepsMax; step++)
        {
            var moved = model.Step(log, rows, penalty);
            if (!logistic || moved < StepTolerance)
            {
                break;
            }
        }

        return model;
    }

    double Step(BanditLog log, IReadOnlyList<int> rows, double penalty)
    {
        var size = _columns.Count;
        var hessian = new double[size * size];
        var gradient = new double[size];
        foreach (var row in rows)
        {
            _columns.Write(row, log.Shown[row], _entries);
            var mean = Mean();
            var curvature = _logistic ? Math.Max(mean * (1 - mean), LeastCurvature) : 1;
            foreach (var (column, value) in _entries)
            {
                gradient[column] += (log.Rewards[row] - mean) * value;
                foreach (var (other, otherValue) in _entries)
                {
                    hessian[(column * size) + other] += curvature * value * otherValue;
                }
            }
        }

        for (var column = 0; column < size; column++)
        {
            var pull = column == 0 ? ConstantPenalty : penalty;
            hessian[(column * size) + column] += pull;
            gradient[column] -= pull * _coefficients[column];
        }

        var direction = Matrix<double>.Build.Dense(size, size, hessian).Cholesky().Solve(Vector<double>.Build.Dense(gradient));
        // A logit that jumps by more than 2 in one step overshoots where classes are rare.
        var scale = _logistic ? Math.Min(1, 2 / Math.Max(direction.AbsoluteMaximum(), StepTolerance)) : 1;
        for (var column = 0; column < size; column++)
        {
            _coefficients[column] += scale * direction[column];
        }

        return direction.AbsoluteMaximum();
    }

    double Mean()
    {
        var score = 0.0;
        foreach (var (column, value) in _entries)
        {
            score += _coefficients[column] * value;
        }

        return _logistic ? 1 / (1 + Math.Exp(-Math.Clamp(score, -LogitLimit, LogitLimit))) : score;
    }
}
