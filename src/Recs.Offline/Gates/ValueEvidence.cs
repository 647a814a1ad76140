using System.Numerics.Tensors;
using Recs.Offline.Evaluation.OffPolicy;

namespace Recs.Offline.Gates;

/// <summary>What the log says of a candidate's value per shown item, against the policy that wrote it.</summary>
/// <param name="Rows">Rows that were reweighted.</param>
/// <param name="Logged">Mean reward of those rows.</param>
/// <param name="Value">The candidate's, by self-normalised doubly robust estimation.</param>
/// <param name="SelfNormalisedIps">The candidate's by SNIPS, without a reward model.</param>
/// <param name="Interval">Of the candidate's value less the logged one; decisions are the independent units.</param>
/// <param name="EffectiveRows">(Σ w)²/Σ w².</param>
/// <param name="MeanWeight">1 in expectation where propensities are right and cover the candidate.</param>
readonly record struct ValueEvidence(
    int Rows, double Logged, double Value, double SelfNormalisedIps, Bounds Interval, double EffectiveRows, double MeanWeight)
{
    /// <summary>Estimates the value and its difference to the logged one, by the delta method over decisions. O(rows).</summary>
    /// <remarks>
    /// SNDR less the mean of the rewards is one contribution, so what both have in common cancels. Sums per decision are
    /// scaled by decisions/rows, so that they average to a value per row.
    /// </remarks>
    public static ValueEvidence Of(PolicyFeedback feedback, double confidence)
    {
        var rows = feedback.Rows;
        var count = rows.RowCount;
        var scale = (double)feedback.SlateCount / count;
        var (plain, numerators, denominators) =
            (new double[feedback.SlateCount], new double[feedback.SlateCount], new double[feedback.SlateCount]);
        for (var row = 0; row < count; row++)
        {
            var slate = feedback.Slates[row];
            plain[slate] += scale * (rows.PredictedTarget[row] - rows.Rewards[row]);
            numerators[slate] += rows.Weights[row] * (rows.Rewards[row] - rows.Predicted[row]);
            denominators[slate] += rows.Weights[row];
        }

        var difference = new Contributions(plain, numerators, denominators);
        var logged = TensorPrimitives.Sum<double>(rows.Rewards) / count;
        return new(
            count, logged, logged + difference.Estimate, Estimators.SelfNormalisedIps(rows).Estimate,
            ConcentrationBounds.Normal(difference, confidence), Overlap.EffectiveCount(rows.Weights),
            TensorPrimitives.Sum<double>(rows.Weights) / count);
    }
}
