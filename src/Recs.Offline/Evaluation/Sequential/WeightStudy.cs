using Recs.Offline.Evaluation.OffPolicy;

namespace Recs.Offline.Evaluation.Sequential;

/// <summary>
/// The paper's second experiment: rewards cos(a), a log from N(0, 1), a target far from it, N(π, 1): bias and variance of
/// estimators whose weights are huge and rare.
/// </summary>
public static class WeightStudy
{
    const int Purpose = 0x73637232;

    /// <summary>What an estimator did over many logs.</summary>
    /// <param name="Estimator">Which.</param>
    /// <param name="SquaredBias">(mean estimate − truth)².</param>
    /// <param name="Variance">Of the estimates.</param>
    /// <param name="MeanWeight">Of the weights it uses.</param>
    public sealed record Line(Estimator Estimator, double SquaredBias, double Variance, double MeanWeight);

    /// <summary>Truth: E cos(a) with a from N(π, 1) = −e^(−½).</summary>
    public static double Truth { get; } = -Math.Exp(-0.5);

    /// <summary>Draws logs and estimates each in four ways.</summary>
    /// <param name="logs">Number of logs, at least 2.</param>
    /// <param name="rows">n of each.</param>
    /// <param name="clip">λ of clipped IPS.</param>
    /// <param name="seed">Seed of the draws.</param>
    public static Line[] Run(int logs, int rows, double clip, int seed)
    {
        Estimator[] estimators = [Estimator.Ips, Estimator.SelfNormalisedIps, Estimator.ClippedIps, Estimator.ImplicitExplorationIps];
        var values = estimators.Select(_ => new double[logs]).ToArray();
        var weights = new double[estimators.Length];
        for (var log = 0; log < logs; log++)
        {
            var feedback = Draw(rows, SeededRandom.Of(seed + log, Purpose));
            for (var e = 0; e < estimators.Length; e++)
            {
                var parameter = estimators[e] is Estimator.ImplicitExplorationIps ? 1.0 / rows : clip;
                values[e][log] = Estimators.Of(estimators[e], feedback, parameter).Estimate;
                weights[e] += Estimators.EffectiveWeights(estimators[e], feedback, parameter).Average() / logs;
            }
        }

        return
        [
            .. estimators.Select((estimator, e) =>
            {
                var mean = values[e].Average();
                return new Line(
                    estimator, (mean - Truth) * (mean - Truth), values[e].Sum(value => (value - mean) * (value - mean)) / (logs - 1), weights[e]);
            }),
        ];
    }

    static WeightedFeedback Draw(int rows, SeededRandom chance)
    {
        var (target, behavior, rewards) = (new double[rows], new double[rows], new double[rows]);
        for (var row = 0; row < rows; row++)
        {
            var action = chance.NextNormal();
            (target[row], behavior[row], rewards[row]) = (Density(action - Math.PI), Density(action), Math.Cos(action));
        }

        return WeightedFeedback.WithoutModel(target, behavior, rewards);
    }

    static double Density(double z) => Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI);
}
