using MathNet.Numerics.LinearAlgebra;
using Recs.Matching.Bandits;

namespace Recs.Offline.Evaluation.Generations;

/// <summary>
/// The learner of one generation: a ridge-penalised logistic regression for each action, pulled to the mean of what it learned
/// from. An action it has not seen is believed to be like that mean, which is what makes a good policy's own log dangerous.
/// </summary>
public sealed class GenerationModel
{
    const double Ridge = 3;
    const int Steps = 8;
    const int Length = GenerationWorld.Dimensions + 1;

    readonly double[] _coefficients = new double[GenerationWorld.Actions * Length];
    readonly double _mean;
    double _slope = 1;
    double _shift;

    GenerationModel(double mean) => _mean = mean;

    /// <summary>A model that knows a rate and nothing else.</summary>
    public static GenerationModel Of(double rate)
    {
        var model = new GenerationModel(Logit(rate));
        for (var action = 0; action < GenerationWorld.Actions; action++)
        {
            model.Forget(action);
        }

        return model;
    }

    /// <summary>Learns from rows; actions without any keep the mean rate.</summary>
    /// <param name="rows">At least one.</param>
    /// <param name="rate">Mean reward that actions are pulled to.</param>
    public static GenerationModel Fit(IReadOnlyList<GenerationRow> rows, double rate)
    {
        var model = Of(rate);
        foreach (var action in rows.GroupBy(row => row.Action))
        {
            model.Learn(action.Key, [.. action]);
        }

        return model;
    }

    /// <summary>Predicted chance of a reward.</summary>
    public double Predict(int action, double[] context) => Logistic((_slope * Raw(action, context)) + _shift);

    /// <summary>Platt's scaling on rows: predictions become σ(slope·logit + shift).</summary>
    public void Calibrate(IReadOnlyList<GenerationRow> rows)
    {
        for (var step = 0; step < Steps && rows.Count > 0; step++)
        {
            // A weak prior at the identity keeps few rows from turning predictions over.
            var (g0, g1, h00, h01, h11) = (-_shift, -10 * (_slope - 1), 1.0, 0.0, 10.0);
            foreach (var row in rows)
            {
                var raw = Raw(row.Action, row.Context);
                var p = Logistic((_slope * raw) + _shift);
                var (error, curvature) = ((row.Seen ? 1 : 0) - p, p * (1 - p));
                (g0, g1) = (g0 + error, g1 + (error * raw));
                (h00, h01, h11) = (h00 + curvature, h01 + (curvature * raw), h11 + (curvature * raw * raw));
            }

            var determinant = (h00 * h11) - (h01 * h01);
            _shift += ((h11 * g0) - (h01 * g1)) / determinant;
            _slope += ((h00 * g1) - (h01 * g0)) / determinant;
        }
    }

    /// <summary>An action was replaced by another: nothing is known of it.</summary>
    public void Forget(int action)
    {
        var own = _coefficients.AsSpan(action * Length, Length);
        own.Clear();
        own[^1] = _mean;
    }

    /// <summary>The distribution that serves: inverse gap weighting. Shape [actions].</summary>
    public double[] Distribution(double[] context, double gamma)
    {
        var losses = new double[GenerationWorld.Actions];
        for (var action = 0; action < losses.Length; action++)
        {
            losses[action] = 1 - Predict(action, context);
        }

        var probabilities = new double[losses.Length];
        InverseGapWeighting.SquareCb(losses, gamma, probabilities);
        return probabilities;
    }

    /// <summary>The action with the highest prediction.</summary>
    public int Best(double[] context) =>
        Enumerable.Range(0, GenerationWorld.Actions).MaxBy(action => Predict(action, context));

    internal static double Logistic(double score) => 1 / (1 + Math.Exp(-score));

    internal static double Score(ReadOnlySpan<double> coefficients, double[] context)
    {
        var score = coefficients[^1];
        for (var i = 0; i < context.Length; i++)
        {
            score += coefficients[i] * context[i];
        }

        return score;
    }

    static double Logit(double rate) => Math.Log(Math.Clamp(rate, 1e-4, 1 - 1e-4) / (1 - Math.Clamp(rate, 1e-4, 1 - 1e-4)));

    double Raw(int action, double[] context) => Score(_coefficients.AsSpan(action * Length, Length), context);

    /// <summary>Newton's method; the pull is to the mean for the constant and to 0 for the slopes.</summary>
    void Learn(int action, GenerationRow[] rows)
    {
        for (var step = 0; step < Steps; step++)
        {
            var own = _coefficients.AsSpan(action * Length, Length);
            var hessian = Matrix<double>.Build.DenseIdentity(Length) * Ridge;
            var gradient = Vector<double>.Build.Dense(Length);
            for (var i = 0; i < Length; i++)
            {
                gradient[i] = -Ridge * (own[i] - (i == Length - 1 ? _mean : 0));
            }

            foreach (var row in rows)
            {
                var p = Logistic(Score(own, row.Context));
                for (var i = 0; i < Length; i++)
                {
                    var x = i == Length - 1 ? 1 : row.Context[i];
                    gradient[i] += ((row.Seen ? 1 : 0) - p) * x;
                    for (var j = 0; j < Length; j++)
                    {
                        hessian[i, j] += p * (1 - p) * x * (j == Length - 1 ? 1 : row.Context[j]);
                    }
                }
            }

            var move = hessian.Solve(gradient);
            for (var i = 0; i < Length; i++)
            {
                own[i] += Math.Clamp(move[i], -2, 2);
            }
        }
    }
}
